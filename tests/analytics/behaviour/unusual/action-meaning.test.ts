import { describe, expect, it } from 'vitest';
import { createActionMeaning } from '../../../../src/analytics/behaviour/unusual/action-meaning.js';
import { makeAction } from '../make-action.js';

const meaning = createActionMeaning();
const named = (method_name: string, action_type = method_name) => makeAction(0, { method_name, action_type });

describe('the meaning of an action', () => {
  it.each([
    ['changePassword', 'password'],
    ['RESET_PASSWORD', 'password'],
    ['user.update-email', 'email'],
    ['pay', 'payment'],
    ['addCard', 'payment'],
    ['issueRefund', 'refund'],
    ['refundPayment', 'refund'],
    ['requestPayout', 'payout'],
    ['saveAddress', 'address'],
    ['getPaymentMethods', null],
    ['list_addresses', null],
    ['placeOrder', null],
    ['discardCart', null],
    ['prepayment', null],
  ])('of %s is sensitive as %s', (name, kind) => {
    expect(meaning.sensitive(named(name))).toBe(kind);
  });

  it('comes from the action type as well', () => {
    expect(meaning.sensitive(named('submit', 'change_email'))).toBe('email');
    expect(meaning.sensitive(named('submit', 'view_email'))).toBeNull();
  });

  it.each([
    ['login', true],
    ['userLogin', true],
    ['LOG_IN', true],
    ['signIn', true],
    ['sign_in_with_google', true],
    ['authenticate', true],
    ['blogInfo', false],
    ['catalogIndex', false],
    ['assignInvoice', false],
    ['logout', false],
  ])('of %s is a login: %s', (name, login) => {
    expect(meaning.login(named(name))).toBe(login);
  });
});
