import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../components/Icon';
import type { Session } from '../data/answers';
import { refreshAll } from '../data/query';
import { logOut } from '../data/request';
import { hrefOf } from '../navigation/place';
import { place } from '../navigation/route';
import { FIRST_ON_PHONE, SCREENS } from './screens';

/** The screens: at the side, or below on a phone, where the later ones are behind 'More'. */
export function Navigation({ current, who }: { readonly current: string; readonly who: Session }) {
  const open = useSignal(false);
  const where = place.value;
  useEffect(() => {
    open.value = false;
  }, [where]);
  return (
    <nav class="side" aria-label="Screens">
      <div class="brand">
        <img src="/icon.svg" alt="" width="22" height="22" />
        Trading
      </div>
      <ul class={`places ${open.value ? 'open' : ''}`}>
        {SCREENS.map(({ path, title, icon }, index) => (
          <li key={path} class={index < FIRST_ON_PHONE ? '' : 'second'}>
            <a
              href={hrefOf([path].filter((part) => part !== ''))}
              {...(path === current ? { 'aria-current': 'page' as const } : {})}
            >
              <Icon name={icon} />
              {title}
            </a>
          </li>
        ))}
        <li class="more">
          <button
            type="button"
            class="item"
            aria-expanded={open.value}
            onClick={() => {
              open.value = !open.value;
            }}
          >
            <Icon name="more" />
            More
          </button>
        </li>
      </ul>
      <div class="foot">
        <button
          type="button"
          class="item"
          title={`${who.name}, ${who.scope}`}
          onClick={() => void logOut().catch(refreshAll)}
        >
          <Icon name="out" />
          Log out
        </button>
      </div>
    </nav>
  );
}
