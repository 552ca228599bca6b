import { until } from '@trading/testing';
import { Redis, type RedisOptions } from 'ioredis';

/** How a test gets into a node that not everybody may use. */
type Login = Pick<RedisOptions, 'username' | 'password' | 'tls'>;

/** Runs a command on one node of this machine. */
export async function tell(
  port: number,
  [command = '', ...words]: readonly (string | number)[],
  login: Login = {},
): Promise<unknown> {
  const connection = new Redis(port, '127.0.0.1', login);
  try {
    return await connection.call(command.toString(), ...words);
  } finally {
    connection.disconnect();
  }
}

/** Makes one cluster of three nodes that each run as one, with a third of the slots for each, and waits until it is whole. */
export async function joinCluster(ports: readonly number[], login: Login = {}): Promise<void> {
  const [first = 0] = ports;
  for (const [index, port] of ports.entries()) {
    const slots = [index * 5462, Math.min(16383, index * 5462 + 5461)];
    await tell(port, ['CLUSTER', 'ADDSLOTSRANGE', ...slots], login);
    if (port !== first) await tell(port, ['CLUSTER', 'MEET', '127.0.0.1', first], login);
  }
  await until('the cluster is whole', async () => {
    const states = await Promise.all(ports.map((port) => tell(port, ['CLUSTER', 'INFO'], login)));
    return states.every(
      (state) => /cluster_state:ok/.test(String(state)) && /known_nodes:3/.test(String(state)),
    );
  });
}
