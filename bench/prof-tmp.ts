import { redactJson } from '../src/ingest/redact/redact-json.js';
import { RedactionTally } from '../src/ingest/redact/redaction-tally.js';
const typical = { id: '019aa1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', service_name: 'orderService', method_name: 'placeOrder', parameters: { restaurant_id: 'r_5512', items: [ { id: 'm_17', quantity: 2, price: 129.9 }, { id: 'm_44', quantity: 1, price: 54.5 }, ], address: { lat: 41.0082, lng: 28.9784, note: 'third floor, ring twice' }, coupon: 'LUNCH20', }, response_data: { order_id: 'o_981223', status: 'accepted', eta_minutes: 35, placed_at: '2026-11-24T10:15:00.123Z' }, success: true, error_message: null, user_id: 'u_17', session_id: 's_9a8b7c', platform: 'ios', app_version: '4.12.0', };
const tally=new RedactionTally();
const t=JSON.stringify(typical);
const trees=Array.from({length:2000},()=>JSON.parse(t));
let best=1e9;
for(let r=0;r<200;r++){const s=performance.now();for(const x of trees)redactJson(x,tally);best=Math.min(best,(performance.now()-s)/2);}
console.log('best µs',best.toFixed(2));
let b2=1e9;for(let r=0;r<50;r++){const s=performance.now();for(let i=0;i<2000;i++)JSON.parse(t);b2=Math.min(b2,(performance.now()-s)/2);}
console.log('JSON.parse µs',b2.toFixed(2));
