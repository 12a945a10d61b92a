/** Services of the bench, methods of each, people; every figure divides what a filter lets through. */
export const SERVICES = 20;
export const METHODS = 5;
export const PEOPLE = 500;
const ROLES = ['customer', 'restaurant', 'delivery'] as const;

/** One action of the load, all of it given by its number, so that whoever knows the number knows which filters it fits. */
export function liveAction(number: number) {
  const service = number % SERVICES;
  return {
    service_name: `service${service}`,
    method_name: `method${Math.floor(number / SERVICES) % METHODS}`,
    parameters: { restaurant_id: `r_${number % 50}`, items: [{ id: 'm_1', quantity: 2, price: 189.5 }] },
    response_data: { order_id: `o_${number}`, status: 'placed', total: 429 },
    success: number % 25 !== 0,
    execution_time: 10 + (number % 40),
    user_id: `u_${number % PEOPLE}`,
    user_type: ROLES[number % ROLES.length] as (typeof ROLES)[number],
    session_id: `s_${number % PEOPLE}`,
  };
}

export type LiveAction = ReturnType<typeof liveAction>;
