/** The body that the mobile app's first client sends, with nothing but a Content-Type header beside it. */
export const firstClientBody = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  service_name: 'orderService',
  method_name: 'placeOrder',
  parameters: {
    restaurant_id: 'r_5',
    items: [
      { id: 'm_1', name: 'Adana kebap', quantity: 2, price: 189.5 },
      { id: 'm_7', name: 'Ayran', quantity: 2, price: 25 },
    ],
    address: { city: 'Istanbul', district: 'Kadıköy' },
  },
  response_data: { order_id: 'o_981', status: 'placed', total: 429 },
  success: true,
  error_message: null,
  user_id: 'u_17',
  session_id: 's_9',
  ...overrides,
});
