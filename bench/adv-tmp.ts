import { valueRules } from '../src/ingest/redact/value-rules.js';
import { redactText } from '../src/ingest/redact/redact-text.js';
import { redactJson } from '../src/ingest/redact/redact-json.js';
import { RedactionTally } from '../src/ingest/redact/redaction-tally.js';
import { scanText } from '../src/ingest/redact/scan-text.js';
const tally=new RedactionTally();
for (const t of ['019aa1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b','orderService','placeOrder','third floor, ring twice','2026-11-24T10:15:00.123Z','r_5512']) {
  const out:string[]=[]; const has=scanText(t);
  const time=(n:string,f:()=>void)=>{for(let i=0;i<50000;i++)f();const s=performance.now();for(let i=0;i<200000;i++)f();out.push(n+' '+((performance.now()-s)*5).toFixed(0));};
  time('all',()=>redactText(t,tally));
  valueRules.forEach((r,i)=>{if((has&r.needs)===r.needs)time('r'+i,()=>r.apply(t,()=>{}));});
  time('scan',()=>scanText(t));
  console.log(JSON.stringify(t),out.join('  '));
}
const o={service_name:1,method_name:2,parameters:{restaurant_id:1,items:[{id:1,quantity:2,price:3},{id:1,quantity:2,price:3}],address:{lat:1,lng:2,note:3},coupon:1},response_data:{order_id:1,status:1,eta:1,placed:1},success:true,error_message:null,user_id:1,session_id:1,platform:1,app_version:1};
{const f=()=>redactJson(o,tally);for(let i=0;i<50000;i++)f();const s=performance.now();for(let i=0;i<200000;i++)f();console.log('tree without strings',((performance.now()-s)*5).toFixed(0));}
