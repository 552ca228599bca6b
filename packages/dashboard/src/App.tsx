import { useEffect } from 'preact/hooks';
import type { Session } from './data/answers';
import type { ApiError } from './data/apiError';
import { forgetAnswers } from './data/query';
import { get, logIn, session } from './data/request';
import { followEvents } from './data/stream';
import { LoginPage, loginTrouble } from './login/LoginPage';
import { Shell } from './shell/Shell';

/** The dashboard: the page to log in, or the screens. */
export function App() {
  useEffect(() => void begin(), []);
  const who = session.value;
  const loggedIn = who !== null && who !== undefined;
  useEffect(() => {
    if (!loggedIn) return;
    const end = followEvents();
    return () => {
      end();
      forgetAnswers();
    };
  }, [loggedIn]);
  if (who === undefined) return <p class="hidden">Loading</p>;
  return who === null ? <LoginPage /> : <Shell who={who} />;
}

/** A one-time link's code stands in the fragment, which no server and no log sees; it is taken out of the address at once. */
const CODE = /^#code=([A-Za-z0-9_-]+)$/;

async function begin(): Promise<void> {
  const code = CODE.exec(location.hash)?.[1];
  if (code !== undefined || location.pathname !== '/')
    history.replaceState(null, '', code === undefined ? `/${location.hash}` : '/');
  try {
    if (code !== undefined) await logIn({ code });
    else session.value = await get<Session>('/v1/session');
  } catch (error) {
    session.value = null;
    const { status } = error as ApiError;
    // Nobody is logged in yet: that is no trouble.
    if (code !== undefined || status !== 401) loginTrouble.value = error as ApiError;
  }
}
