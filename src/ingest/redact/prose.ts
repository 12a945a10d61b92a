/**
 * Words that a message puts where a value could stand: «password: must be at least 8 characters», «token: expired». A value that is one
 * of these alone tells nothing, so the message stays readable.
 */
const messageWords = new Set(
  (
    'a an the this that is are was were be been being not no none null nil undefined true false yes must should shall may can cannot could ' +
    "can't doesn't don't isn't wasn't will would has have had does do did need needs needed field value values required missing invalid valid " +
    'incorrect correct wrong expired empty blank weak strong too at least most more less than only longer shorter minimum maximum min max length ' +
    'string number expected unexpected received got please enter your you new old same different mismatch match matches failed failure failing ok ' +
    'error denied granted rejected accepted revoked changed reset updated removed deleted sent unknown unsupported unauthorized forbidden ' +
    'contains contain cannot_be_blank and or of for in on to from with without by it its if when then header bearer_required too_short too_long ' +
    'not_found required_error invalid_type character characters digit digits format check see try again here hidden masked encrypted hashed ' +
    'present absent provided malformed n/a na'
  ).split(' '),
);

export const isMessageWord = (word: string): boolean =>
  messageWords.has(word.replace(/[.,;:!?)\]}]+$/, '').toLowerCase());
