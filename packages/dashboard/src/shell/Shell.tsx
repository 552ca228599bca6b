import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../data/answers';
import { place } from '../navigation/route';
import { ScreenOf } from '../screens/ScreenOf';
import { Guarded } from './Guarded';
import { Navigation } from './Navigation';
import { StoppedBanner } from './StoppedBanner';
import { SCREENS } from './screens';
import { TopBar } from './TopBar';

/** The frame around every screen. */
export function Shell({ who }: { readonly who: Session }) {
  const [first = ''] = place.value.path;
  const screen = SCREENS.find(({ path }) => path === first);
  const title = screen?.title ?? 'Not found';
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = `${title} · Trading`;
  }, [title]);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <Navigation current={first} who={who} />
      <TopBar title={title} who={who} />
      <div class="main">
        <StoppedBanner who={who} />
        <main class="page" ref={main} tabIndex={-1}>
          <Guarded key={place.value.path.join('/')}>
            <ScreenOf />
          </Guarded>
        </main>
      </div>
    </div>
  );
}
