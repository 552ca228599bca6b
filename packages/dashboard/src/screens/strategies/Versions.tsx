import { Card } from '../../components/Card';
import { Nothing, Shown } from '../../components/states';
import { Tag } from '../../components/Tag';
import type { Page, Strategy, StrategyVersion } from '../../data/answers';
import { useAnswer } from '../../data/query';
import { time } from '../../format/time';
import { changesOf, valueText } from './parameters';

/** A strategy's parameters, and what each version changed. */
export function Versions({ strategy, path }: { readonly strategy: Strategy; readonly path: string }) {
  const answer = useAnswer<Page<StrategyVersion>>(`${path}/versions`, { limit: 50 });
  return (
    <Card title="Parameters" padded>
      <dl class="pairs">
        {Object.entries(strategy.parameters ?? {}).map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd class="number" style={{ whiteSpace: 'normal' }}>
              {valueText(value)}
            </dd>
          </div>
        ))}
      </dl>
      <Shown answer={answer} lines={2}>
        {({ data }) =>
          data.length === 0 ? (
            <Nothing title="No version is kept" />
          ) : (
            <ul class="happenings" style={{ margin: '14px -16px -14px', borderTop: '1px solid var(--line)' }}>
              {data.map((version, index) => (
                <Version key={version.version} version={version} before={data[index + 1]} />
              ))}
            </ul>
          )
        }
      </Shown>
    </Card>
  );
}

function Version({
  version,
  before,
}: {
  readonly version: StrategyVersion;
  readonly before: StrategyVersion | undefined;
}) {
  const changes = before === undefined ? [] : changesOf(before.parameters, version.parameters);
  return (
    <li>
      <span class={`dot ${version.active ? 'good' : ''}`} aria-hidden="true" />
      <span class="what">
        Version {version.version} {version.active ? <Tag of="active" /> : null}
        {changes.map(({ name, before: from, after }) => (
          <span key={name} class="muted" style={{ display: 'block' }}>
            {name}: {from === '' ? 'none' : from} → {after === '' ? 'none' : after}
          </span>
        ))}
      </span>
      <span class="muted number">{time(version.createdAt).slice(0, 16)}</span>
    </li>
  );
}
