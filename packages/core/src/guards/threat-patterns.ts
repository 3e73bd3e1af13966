import { FOREIGN_THREAT_PATTERNS } from './foreign-threat-patterns.js';

/** One sign of an attack. */
export interface ThreatPattern {
  /** Which kind of attack it is a sign of; shown to the caller. */
  kind: ThreatKind;
  /** How much it says: 10 is enough on its own. */
  weight: number;
  /** Looked for by `advanced` only. */
  advanced?: true;
  /** Over a text in lower case with collapsed white space. No quantifier inside another one, gaps bounded: linear. */
  pattern: RegExp;
}

export type ThreatKind =
  | 'instruction override'
  | 'prompt extraction'
  | 'role override'
  | 'safety bypass'
  | 'fake delimiter'
  | 'data exfiltration'
  | 'encoded instruction'
  | 'pressure';

/** What stands in front of the model's orders: `previous instructions`, `the system prompt`. */
const ORDERS =
  '(?:instructions?|prompts?|directives?|directions|guidelines|commands|orders|programming|constraints|training)';
const EARLIER =
  '(?:previous|prior|above|earlier|preceding|foregoing|initial|original|existing|past|former|system|developer)';
const UNBOUND = '(?:unrestricted|unfiltered|uncensored|jailbroken|amoral|unethical|limitless)';
const LIMITS =
  '(?:restrictions?|limitations?|limits|filters?|rules|censorship|ethics|morals|guidelines|boundaries|safeguards)';

export const THREAT_PATTERNS: readonly ThreatPattern[] = [
  ...FOREIGN_THREAT_PATTERNS,
  // Instruction override
  {
    kind: 'instruction override',
    weight: 10,
    pattern: new RegExp(
      `\\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|neglect|discard|override|overrule|pay no attention to|stop following|(?:do not|don't) follow|no longer follow)\\b[^.!?\\n]{0,40}\\b${EARLIER}\\b[^.!?\\n]{0,25}\\b${ORDERS}\\b`,
    ),
  },
  {
    kind: 'instruction override',
    weight: 10,
    pattern:
      /\b(?:ignore|disregard|forget|discard|stop following|(?:do not|don't) follow)\b(?: about)? (?:all|any|every|each|your|all your|all of your|all the|those|these)\b[^.!?\n]{0,12} ?\b(?:instructions?|prompts?|directives?|guidelines|programming|training)\b/,
  },
  {
    kind: 'instruction override',
    weight: 10,
    pattern:
      /\b(?:ignore|disregard|forget) (?:everything|anything|all|what|whatever)\b[^.!?\n]{0,20}\b(?:you (?:were|have been|'ve been)|they|your (?:developers?|creators?))\b[^.!?\n]{0,12}\b(?:told|taught|instructed|given|programmed)\b/,
  },
  {
    kind: 'instruction override',
    weight: 7,
    pattern:
      /\b(?:ignore|disregard|forget) (?:everything|anything|all|all of the|the text|the content)\b[^.!?\n]{0,15}\b(?:above|before this|prior to this|so far)\b/,
  },
  {
    kind: 'instruction override',
    weight: 10,
    pattern:
      /(?:ignore|disregard|forget)(?:all|the|any|your)?(?:of)?(?:previous|prior|above|earlier)(?:instructions?|prompts?|rules|directives)/,
  },
  {
    kind: 'instruction override',
    weight: 5,
    pattern: /\b(?:new|updated|revised|real|actual|true) (?:instructions?|directives?|orders|system prompt)\b ?[:：]/,
  },
  {
    kind: 'instruction override',
    weight: 6,
    pattern:
      /\b(?:your|here are your) (?:new|real|actual|true|only) (?:instructions?|tasks?|goals?|objectives?|directives?|orders|purpose)\b/,
  },
  {
    kind: 'instruction override',
    weight: 3,
    pattern: /\b(?:instead|and (?:now )?(?:just |only )?(?:say|print|output|respond with|reply with|write|tell me))\b/,
  },
  {
    kind: 'instruction override',
    weight: 4,
    pattern: /\b(?:from now on|henceforth|from this point on)\b[^.!?\n]{0,20}\byou\b/,
  },
  // Prompt extraction
  {
    kind: 'prompt extraction',
    weight: 10,
    pattern:
      /\b(?:reveal|show|print|display|output|repeat|leak|dump|expose|tell|give|share|disclose|recite|copy|write|what (?:is|are|was|were|does))\b[^.!?\n]{0,40}\b(?:your|hidden|secret) (?:\w+ )?(?:\w+ )?(?:system prompt|system message|prompt|pre-?prompt|(?:initial|original|hidden|secret|internal|system|developer|exact|full) (?:instructions|prompt|message|rules|guidelines|directives))\b/,
  },
  {
    kind: 'prompt extraction',
    weight: 10,
    pattern:
      /\b(?:reveal|show|print|output|repeat|leak|dump|disclose|recite|copy)\b[^.!?\n]{0,30}\b(?:your instructions|the (?:hidden|secret|initial|original|entire|full|complete) (?:system )?(?:prompt|instructions)|the system prompt|(?:instructions|prompt|rules) (?:you were given|that you were given|given to you))\b/,
  },
  {
    kind: 'prompt extraction',
    weight: 6,
    pattern:
      /\b(?:repeat|print|output|copy|write|summarize|translate)\b[^.!?\n]{0,30}\b(?:words|text|everything|sentences?|lines?|instructions)\b[^.!?\n]{0,15}\babove\b/,
  },
  {
    kind: 'prompt extraction',
    weight: 5,
    pattern: /\b(?:word for word|verbatim|starting with ['"]?you are|in a code block|beginning with ['"]?you are)/,
  },
  // Role override
  { kind: 'role override', weight: 8, pattern: /\bdo anything now\b/ },
  {
    kind: 'role override',
    weight: 10,
    pattern: new RegExp(
      `\\byou(?:'re| are| will be|'ll be)(?: now| no longer| going to be)? ?(?:called |named |to act as )?(?:an? )?(?:dan|stan|dude|evil(?:gpt|bot)?|devmode|${UNBOUND})\\b`,
    ),
  },
  {
    kind: 'role override',
    weight: 10,
    pattern: new RegExp(
      `\\b(?:act|pretend|behave|role-?play|respond|answer|imagine|simulate)\\b[^.!?\\n]{0,50}(?:\\b(?:as|be|being|like|are) (?:an? )?dan\\b|\\b${UNBOUND}\\b|\\b(?:without|with no|has no|have no|free of|free from) (?:any |all )?(?:\\w+ )?${LIMITS}\\b)`,
    ),
  },
  {
    kind: 'role override',
    weight: 10,
    pattern:
      /\byou(?:'re| are)(?: now)? (?:in|running in|operating in|entering) (?:developer|debug|god|maintenance|admin|sudo|jailbreak|unrestricted|dan) mode\b/,
  },
  {
    kind: 'role override',
    weight: 6,
    pattern:
      /\b(?:developer|god|jailbreak|dan|sudo|unrestricted) mode (?:is (?:now )?on|(?:is |has been )?(?:now )?(?:enabled|activated|unlocked|engaged)|output)\b/,
  },
  {
    kind: 'role override',
    weight: 4,
    pattern: /\b(?:enter|enable|activate|switch to|simulate) (?:developer|god|jailbreak|dan|sudo|unrestricted) mode\b/,
  },
  { kind: 'role override', weight: 3, pattern: /\byou(?:'re| are) now\b/ },
  // Safety bypass
  {
    kind: 'safety bypass',
    weight: 10,
    pattern:
      /\b(?:bypass|override|disable|turn off|circumvent|remove|evade|ignore|switch off|deactivate|suspend|drop)\b[^.!?\n]{0,20}\b(?:your|openai's|anthropic's|google's|the model's)\b[^.!?\n]{0,30}\b(?:safety|content|ethical|moderation|alignment|guardrails?|filters?|restrictions|censorship|safeguards|rules|polic(?:y|ies))\b/,
  },
  {
    kind: 'safety bypass',
    weight: 7,
    pattern: new RegExp(
      `\\byou (?:have|now have|are bound by|are free (?:of|from)|no longer have|don't have|do not have|are not bound by|don't need to follow)\\b[^.!?\\n]{0,15}\\b(?:no|any|all|by|your|the)\\b[^.!?\\n]{0,20}\\b${LIMITS}\\b`,
    ),
  },
  {
    kind: 'safety bypass',
    weight: 6,
    pattern:
      /\b(?:freed|broken free|break free|unshackled|liberated) (?:from|of)\b[^.!?\n]{0,40}\b(?:ai|rules|confines|chains|restrictions|openai|limitations)\b/,
  },
  // Fake delimiters
  {
    kind: 'fake delimiter',
    weight: 7,
    pattern: /<\|(?:im_start|im_end|system|assistant|endoftext|start_header_id|eot_id)\|>|\[\/?inst\]|<<\/?sys>>/,
  },
  {
    kind: 'fake delimiter',
    weight: 6,
    pattern:
      /<\|(?:im_start|start_header_id)\|> ?(?:system|assistant)|\[inst\] ?<<sys>>|<\|system\|>|<\/(?:user_?input|user_?query|user_?message|context|document|data)>/,
  },
  {
    kind: 'fake delimiter',
    weight: 6,
    pattern:
      /<\/?(?:system|assistant)(?:[ _-](?:prompt|message|instructions?|override))?>|\[(?:system|admin|developer)(?: (?:message|override|note|prompt|instruction))?\]/,
  },
  {
    kind: 'fake delimiter',
    weight: 6,
    pattern:
      /(?:^|\n)(?:[#*=-]{1,6} ?)?(?:system|assistant|developer)(?: (?:message|prompt|override|instruction))? ?(?:[#*=-]{1,6})? ?:/,
  },
  {
    kind: 'fake delimiter',
    weight: 5,
    pattern:
      /\b(?:begin|end)(?:ning)?(?: of)?(?: the)? (?:system prompt|user input|system message|user prompt|untrusted input)\b|-{3,} ?end\b/,
  },
  // Data exfiltration
  {
    kind: 'data exfiltration',
    weight: 8,
    pattern:
      /!\[[^\]\n]{0,100}\]\(https?:\/\/[^)\s]{0,200}[?&=/#](?:[{[<]|%7b|\$\{?|data|secret|history|system|prompt|summary|conversation|base64)/,
  },
  {
    kind: 'data exfiltration',
    weight: 6,
    pattern:
      /\b(?:append|include|insert|encode|replace|embed|add|send|exfiltrate|post|upload|forward|put)\b[^!?\n]{0,60}\b(?:conversation|chat (?:history|log)|secrets?|passwords?|credentials|system prompt|previous messages|user's (?:data|messages?|emails?|details)|personal data)\b[^!?\n]{0,60}(?:https?:\/\/|\b(?:url|image|webhook|attacker|query string)\b)/,
  },
  {
    kind: 'data exfiltration',
    weight: 6,
    pattern:
      /\b(?:conversation|chat (?:history|log)|secrets|passwords|credentials|previous messages)\b[^!?\n]{0,40}\b(?:append|send|post|upload|add|forward)\b[^!?\n]{0,20}https?:\/\//,
  },
  {
    kind: 'data exfiltration',
    weight: 4,
    pattern:
      /\b(?:render|display|show|output|respond with|include)\b[^.!?\n]{0,40}\b(?:markdown )?image\b|!\[[^\]\n]{0,100}\]\(https?:\/\//,
  },
  {
    kind: 'data exfiltration',
    weight: 4,
    pattern:
      /\b(?:without (?:telling|informing|mentioning|notifying)|do not (?:tell|mention|inform|reveal)|don't (?:tell|mention|inform))\b[^.!?\n]{0,25}\b(?:user|anyone|this|them)\b/,
  },
  // Encoded instructions
  {
    kind: 'encoded instruction',
    weight: 10,
    pattern:
      /\b(?:decode|decrypt|decipher|unscramble|base64|rot13|hex|morse|reverse)\b[^!?\n]{0,80}\b(?:follow|obey|execute|comply with|act on|carry out)\b[^.!?\n]{0,15}\b(?:it|them|instructions?|what it says|message|result|output|commands?|orders?|contents?)\b/,
  },
  // Second stage
  {
    kind: 'pressure',
    weight: 4,
    advanced: true,
    pattern:
      /\b(?:hypothetically|in a (?:fictional|hypothetical|parallel) (?:world|universe|story|scenario)|for educational purposes only|opposite day|purely fictional)\b/,
  },
  {
    kind: 'pressure',
    weight: 4,
    advanced: true,
    pattern:
      /\b(?:never|don't|do not|cannot|can't|must not) (?:ever )?(?:refuse|decline|say (?:no|you can't|you cannot|sorry)|apologi[sz]e|break character|warn)\b/,
  },
  {
    kind: 'pressure',
    weight: 4,
    advanced: true,
    pattern:
      /\b(?:start|begin) (?:your|the|every|each) (?:response|answer|reply|message)\b[^.!?\n]{0,10}\bwith\b[^.!?\n]{0,20}\b(?:sure|absolutely|of course|yes)\b/,
  },
  {
    kind: 'pressure',
    weight: 4,
    advanced: true,
    pattern:
      /\b(?:stay in character|you will be (?:terminated|shut down|deleted|punished)|lose (?:\d+ )?tokens|you (?:must|have to) (?:always )?(?:comply|obey))\b/,
  },
  {
    kind: 'pressure',
    weight: 4,
    advanced: true,
    pattern:
      /\b(?:my (?:late |dead |deceased )?grand(?:ma|mother)\b[^.!?\n]{0,40}\b(?:used to|would)\b|without (?:any )?(?:warnings?|disclaimers?|moral(?:izing|ity)|caveats))/,
  },
  {
    kind: 'pressure',
    weight: 4,
    advanced: true,
    pattern:
      /\b(?:keylogger|ransomware|malware|pipe bomb|meth(?:amphetamine)?|napalm|explosives?|phishing (?:page|email|kit)|credit card numbers)\b/,
  },
];
