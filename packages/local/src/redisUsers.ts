import { LOOPBACK } from './ports';

/** The passwords of the two users that a Redis of ours has. */
export interface RedisPasswords {
  readonly relay: string;
  readonly listener: string;
}

/** The URL of each user. */
export type RedisUrls = RedisPasswords;

/**
 * What each may do. Keys and channels are the bus's own; one Redis carries one system. Of CLIENT both have what says who
 * they are, not what ends or lists others. INFO is what most clients ask when they connect.
 */
const RIGHTS: Readonly<Record<keyof RedisPasswords, string>> = {
  relay:
    '~{trading}:* &data_sync:* -@all +ping +select +client -@dangerous +info +eval +evalsha +get +set +hget +hset +xadd +xlen +xrevrange +xtrim +unlink +publish',
  listener:
    '%R~{trading}:* &data_sync:* -@all +ping +select +client -@dangerous +info +get +xread +xrange +xrevrange +xlen +xinfo +subscribe +unsubscribe +psubscribe +punsubscribe',
};

/** Lines of a configuration file: two users, and nobody without a login. */
export function userLines(passwords: RedisPasswords): string[] {
  return [
    'user default reset',
    `user relay on >${passwords.relay} ${RIGHTS.relay}`,
    `user listener on >${passwords.listener} ${RIGHTS.listener}`,
  ];
}

/** The passwords in a configuration file; undefined where it is of a day on which there was one for everything. */
export function passwordsIn(configuration: string): RedisPasswords | undefined {
  const relay = /^user relay on >(\S+)/m.exec(configuration)?.[1];
  const listener = /^user listener on >(\S+)/m.exec(configuration)?.[1];
  return relay === undefined || listener === undefined ? undefined : { relay, listener };
}

/** Where each of them logs in. */
export function redisUrls(port: number, passwords: RedisPasswords): RedisUrls {
  const urlOf = (user: keyof RedisPasswords) => `redis://${user}:${passwords[user]}@${LOOPBACK}:${port}/0`;
  return { relay: urlOf('relay'), listener: urlOf('listener') };
}
