import { describe, expect, it } from '@jest/globals';
import { minus, money, percent, price, quantity, share, shortMoney, sum, tone } from './decimal';

describe('decimals', () => {
  it('shows every digit of what a number could not hold', () => {
    expect(money('99999999999999999.12')).toBe('99,999,999,999,999,999.12');
    expect(price('12345678901.1234')).toBe('12,345,678,901.1234');
    expect(quantity('9007199254740993')).toBe('9,007,199,254,740,993');
  });

  it('rounds money to the cent, half away from zero, as text', () => {
    expect(money('1.005')).toBe('1.01');
    expect(money('-1.005')).toBe('−1.01');
    expect(money('0.0049')).toBe('0.00');
  });

  it('signs what is above zero only where it is asked to, and never zero', () => {
    expect(money('12', { signed: true })).toBe('+12.00');
    expect(money('0', { signed: true })).toBe('0.00');
    expect(percent('-0.2051', { signed: true })).toBe('−20.51%');
  });

  it('has no superfluous zeros in quantities, and cents at least in prices', () => {
    expect(quantity('100.0000')).toBe('100');
    expect(quantity('0.1250')).toBe('0.125');
    expect(price('64.5')).toBe('64.50');
    expect(price('64.5014')).toBe('64.5014');
  });

  it('shortens money for axes', () => {
    expect(shortMoney('1234567.89')).toBe('1.2M');
    expect(shortMoney('-950')).toBe('−950');
  });

  it('shows a dash where there is no value', () => {
    expect([money(null), price(undefined), percent(null)]).toEqual(['–', '–', '–']);
  });

  it('adds without loss, and not at all where a value is missing', () => {
    expect(sum(['0.1', '0.2', '90071992547409931'])).toBe('90071992547409931.3');
    expect(sum(['1', null])).toBeNull();
    expect(sum([])).toBe('0');
    expect(minus('0.3', '0.1')).toBe('0.2');
  });

  it('takes a share of the size, not of the sign', () => {
    expect(share('-25', '100')).toBe('0.25');
    expect(share('1', '0')).toBeNull();
    expect(share('1', null)).toBeNull();
  });

  it('colours by sign', () => {
    expect([tone('1'), tone('-0.01'), tone('0.00'), tone(null)]).toEqual(['gain', 'loss', '', '']);
  });
});
