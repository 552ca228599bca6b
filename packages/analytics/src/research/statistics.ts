/** Mean of a series; `NaN` for an empty one. */
export function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * Sample standard deviation (ddof 1). 0 where all values are the same: a rounding error in the mean is not a deviation.
 *
 * `NaN` for fewer than two values.
 */
export function deviation(values: Float64Array): number {
  if (values.length < 2) return Number.NaN;
  if (values.every((value) => value === values[0])) return 0;
  const middle = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - middle) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** The quantile of a series by linear interpolation (Hyndman and Fan's type 7). @param part  0 to 1 */
export function quantile(values: Float64Array, part: number): number {
  const sorted = values.toSorted();
  const position = (sorted.length - 1) * part;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** Skewness and kurtosis (3 for a normal distribution) of a series, by its population moments. */
export function shape(values: Float64Array): { readonly skew: number; readonly kurtosis: number } {
  const middle = mean(values);
  let [second, third, fourth] = [0, 0, 0];
  for (const value of values) {
    const distance = value - middle;
    second += distance ** 2;
    third += distance ** 3;
    fourth += distance ** 4;
  }
  const variance = second / values.length;
  return {
    skew: third / values.length / variance ** 1.5,
    kurtosis: fourth / values.length / variance ** 2,
  };
}

/** The quotient, or null where it is not defined. */
export function ratio(numerator: number, denominator: number): number | null {
  const value = numerator / denominator;
  return denominator !== 0 && Number.isFinite(value) ? value : null;
}
