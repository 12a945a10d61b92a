import { accountMethods } from './account-methods.js';
import { browseMethods } from './browse-methods.js';
import { deliveryMethods } from './delivery-methods.js';
import type { Method } from './method.js';
import { orderMethods } from './order-methods.js';
import { paymentMethods } from './payment-methods.js';
import { supportMethods } from './support-methods.js';

const all = {
  ...accountMethods,
  ...browseMethods,
  ...orderMethods,
  ...paymentMethods,
  ...deliveryMethods,
  ...supportMethods,
};

/** A service and its method, as in `orderService.placeOrder`. */
export type MethodName = keyof typeof all;

export const methods: Readonly<Record<MethodName, Method>> = all;
