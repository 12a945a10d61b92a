/** One realistic action of some 480 bytes of JSON: an order placed from a phone. */
export const benchAction = {
  service_name: 'orderService',
  method_name: 'placeOrder',
  parameters: {
    restaurant_id: 'r_5',
    items: [
      { id: 'm_1', name: 'Adana kebap', quantity: 2, price: 189.5 },
      { id: 'm_7', name: 'Ayran', quantity: 2, price: 25 },
    ],
    address: { city: 'Istanbul', district: 'Kadikoy' },
  },
  response_data: { order_id: 'o_981', status: 'placed', total: 429 },
  success: true,
  error_message: null,
  user_id: 'u_17',
  session_id: 's_9',
} as const;
