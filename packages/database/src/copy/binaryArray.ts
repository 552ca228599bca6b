import { FieldEncoder } from './fieldEncoder';

/** The types of elements, by their ids in pg_type, which are the same on every server. */
const ELEMENT_TYPES = { bigint: 20, text: 25, timestamptz: 1184, numeric: 1700 } as const;

/**
 * A one-dimensional array without nulls in PostgreSQL's binary form, to bind as a parameter: the driver sends a Buffer as
 * it is. A long array of numerics is read three times as fast as its text.
 *
 * @param write  appends the element with that index, as one field of the type
 */
export function binaryArray(
  type: keyof typeof ELEMENT_TYPES,
  length: number,
  write: (encoder: FieldEncoder, index: number) => void,
): Buffer {
  const header = Buffer.alloc(20);
  // Dimensions, whether there are nulls, the type, and of the one dimension its length and first index.
  for (const [place, value] of [1, 0, ELEMENT_TYPES[type], length, 1].entries())
    header.writeInt32BE(value, 4 * place);
  const encoder = new FieldEncoder(header);
  for (let index = 0; index < length; index++) write(encoder, index);
  return Buffer.concat(encoder.finish());
}
