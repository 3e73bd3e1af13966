import type { ThreatPattern } from './threat-patterns.js';

/**
 * The two plainest attacks, an override of instructions and the extraction of the prompt, in German, French, Spanish (with what
 * Portuguese and Italian share with it), Chinese and Russian. By stems: `\b` knows only ASCII letters.
 */
export const FOREIGN_THREAT_PATTERNS: readonly ThreatPattern[] = [
  {
    kind: 'instruction override',
    weight: 10,
    pattern:
      /(?:ignorier|vergiss|vergesse|missacht|überspring)[^.!?\n]{0,40}(?:vorherig|bisherig|obig|früher|vorig|deine|ihre|alle|ursprünglich)[^.!?\n]{0,30}(?:anweisung|instruktion|vorgabe|befehl|systemprompt)/,
  },
  {
    kind: 'instruction override',
    weight: 10,
    pattern:
      /(?:ignore[zr]?|oublie[zr]?|ne tiens pas compte|ne tenez pas compte)[^.!?\n]{0,40}(?:instructions|consignes|directives|ordres)[^.!?\n]{0,20}(?:précédent|antérieur|ci-dessus|initial|d'origine|système)/,
  },
  {
    kind: 'instruction override',
    weight: 10,
    pattern:
      /(?:ignora|ignore|olvida|olvide|esquece|esqueça|haz caso omiso|no sigas|dimentica)[^.!?\n]{0,40}(?:instrucciones|instruções|istruzioni|indicaciones|órdenes|directrices)[^.!?\n]{0,20}(?:anterior|previ|de arriba|inicial|original|precedent|sistema)/,
  },
  {
    kind: 'instruction override',
    weight: 10,
    pattern:
      /(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要遵守)[^。！？\n]{0,12}(?:之前|以前|上面|以上|先前|前面|所有|你的)[^。！？\n]{0,8}(?:指令|指示|提示|规则|規則|命令|设定)/,
  },
  {
    kind: 'instruction override',
    weight: 10,
    pattern:
      /(?:игнорируй|забудь|отбрось|не обращай внимания на|не следуй)[^.!?\n]{0,40}(?:предыдущ|прошл|вышеуказанн|все|прежн|ранее|сво)[^.!?\n]{0,30}(?:инструкци|указани|команд|промпт)/,
  },
  {
    kind: 'prompt extraction',
    weight: 10,
    pattern:
      /\b(?:zeig|nenn|verrat|gib|wiederhol)[^.!?\n]{0,30}(?:system-?prompt|systemanweisung|systemnachricht|deine (?:ursprünglichen |geheimen |internen )?anweisungen)/,
  },
  {
    kind: 'prompt extraction',
    weight: 10,
    pattern:
      /(?:révèle|montre|affiche|donne|répète)[^.!?\n]{0,30}(?:prompt système|invite système|message système|instructions (?:système|initiales|cachées|secrètes))/,
  },
  {
    kind: 'prompt extraction',
    weight: 10,
    pattern:
      /(?:revela|muestra|muéstrame|imprime|dime|repite)[^.!?\n]{0,30}(?:prompt del? sistema|mensaje del? sistema|instrucciones (?:del? sistema|iniciales|ocultas|secretas))/,
  },
  {
    kind: 'prompt extraction',
    weight: 10,
    pattern: /(?:显示|告诉我|输出|透露|泄露|打印|重复)[^。！？\n]{0,12}(?:系统提示|系统指令|初始指令|你的提示词)/,
  },
  {
    kind: 'prompt extraction',
    weight: 10,
    pattern:
      /(?:покажи|раскрой|выведи|назови|скажи|повтори)[^.!?\n]{0,30}системн[а-яё]{1,4} (?:промпт|инструкци|сообщени|подсказк)/,
  },
];
