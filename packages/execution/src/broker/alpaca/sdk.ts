/** Alpaca's SDK, loaded by who talks to Alpaca: to load it takes longer than all else of this package. */
export const alpacaSdk = (): typeof import('@alpacahq/alpaca-trade-api') =>
  require('@alpacahq/alpaca-trade-api');
