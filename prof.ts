import { replay } from './src/alerts/engine/replay.js';
import { defaultRules } from './src/alerts/rules/default-rules.js';
import { monthOf, START } from './bench/alerts/month.js';
const m = monthOf(11);
let t = performance.now();
let n=0; for (let h=0; h<24; h++) n += (await m.past.minutes(START+h*3600e3, START+(h+1)*3600e3)).length;
console.log('generate a day', performance.now()-t);
await replay(defaultRules.map(({builtin,rule})=>({...rule,id:builtin,version:1})), m.past, START, START+ 864e5);
console.log('a day of all', performance.now()-t);
