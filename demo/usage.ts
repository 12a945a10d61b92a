export const usage = `npm run demo [-- options]

Plays a food-delivery platform against a running server: customers, restaurants, couriers and admins live through orders, and all that they do
is sent as the platform's services would send it. The server must run already (npm start, in another terminal).

  npm run demo                                     an hour of the platform's life in a minute
  npm run demo -- --seconds 20 --incident slow-payment --incident stuffing
  npm run demo -- --history 3                      three days with lunch and dinner peaks first
  npm run demo -- --speed 1 --seconds 600          as it happens

Who sends
  --url ADDRESS          the server (http://localhost:8000)
  --email, --password    an admin's; without them ADMIN_EMAIL and ADMIN_PASSWORD. With it an API key is made for this run, and
                         revoked at the end, also after Ctrl-C
  --api-key KEY          use this key, of scope ingest, instead

How long, how fast
  --seconds N            how long it runs, by the clock on the wall (60)
  --speed N              simulated minutes in a real minute: 60 is an hour a minute, 1 is real time (60). Simulated time begins in
                         the past and catches up with the present; 6.5 days are the most, then it goes slower than asked
  --history DAYS         first send so many days of the past, as fast as the server takes them (0; up to 6, parts are fine).
                         Without it the last 45 simulated minutes go first, so that orders are on their way already
  --start TIME           when simulated time begins, such as 2026-11-24T10:00:00Z; with it the same run sends the same bytes

How much
  --orders-per-minute N  by the clock on the wall (60)
  --history-orders N     a day of the past (1500)
  --customers N, --restaurants N, --couriers N     (500, 25, 50)
  --seed TEXT            another seed, another life; the same seed and options, the same life (1)

What goes wrong (several times, if you like)
  --incident slow-payment      payments take ten times as long, and 30 % get no answer
  --incident idle-restaurant   the best-known restaurant accepts nothing; its customers cancel 12 to 25 simulated minutes later
  --incident stuffing          one device tries leaked passwords on account after account
  --incident KIND=10:30        from second 10 on, for 30 seconds; without times it is the middle third of the run

Ends with 0 when all was stored, 1 when the server rejected something or could not be used, 2 for a wrong or missing option, 130 after Ctrl-C.
`;

/** Where an admin's password comes from. */
export const aboutPasswords = `Set ADMIN_EMAIL and ADMIN_PASSWORD, or give --email and --password (or --api-key). The server printed the password once,
when it started for the first time. If it is lost, make another admin:
  npm run create-admin -- --email you@example.com
`;
