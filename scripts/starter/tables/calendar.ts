// Days, months and the phrases that count them.
import { cells, type Language } from "../languages.ts";

type Table = Readonly<Record<Language, readonly string[]>>;

/** Starting with Monday. */
export const days: Table = {
  ar: cells("الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد"),
  zh: cells("星期一|星期二|星期三|星期四|星期五|星期六|星期日"),
  cs: cells("pondělí|úterý|středa|čtvrtek|pátek|sobota|neděle"),
  en: cells("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"),
  et: cells("esmaspäev|teisipäev|kolmapäev|neljapäev|reede|laupäev|pühapäev"),
  fi: cells("maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai"),
  he: cells("יום שני|יום שלישי|יום רביעי|יום חמישי|יום שישי|יום שבת|יום ראשון"),
  hi: cells("सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार"),
  it: cells("lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"),
  ru: cells("понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"),
  es: cells("lunes|martes|miércoles|jueves|viernes|sábado|domingo"),
  sw: cells("Jumatatu|Jumanne|Jumatano|Alhamisi|Ijumaa|Jumamosi|Jumapili"),
};

/** "was Monday", where the verb agrees with the gender of the day. */
export const pastDays: Partial<Table> = {
  cs: cells("bylo pondělí|bylo úterý|byla středa|byl čtvrtek|byl pátek|byla sobota|byla neděle"),
  ru: cells("был понедельник|был вторник|была среда|был четверг|была пятница|была суббота|было воскресенье"),
};

export const months: Table = {
  ar: cells("يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"),
  zh: cells("一月|二月|三月|四月|五月|六月|七月|八月|九月|十月|十一月|十二月"),
  cs: cells("leden|únor|březen|duben|květen|červen|červenec|srpen|září|říjen|listopad|prosinec"),
  en: cells("January|February|March|April|May|June|July|August|September|October|November|December"),
  et: cells("jaanuar|veebruar|märts|aprill|mai|juuni|juuli|august|september|oktoober|november|detsember"),
  fi: cells(
    "tammikuu|helmikuu|maaliskuu|huhtikuu|toukokuu|kesäkuu|heinäkuu|elokuu|syyskuu|lokakuu|marraskuu|joulukuu",
  ),
  he: cells("ינואר|פברואר|מרץ|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר"),
  hi: cells("जनवरी|फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर"),
  it: cells("gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"),
  ru: cells("январь|февраль|март|апрель|май|июнь|июль|август|сентябрь|октябрь|ноябрь|декабрь"),
  es: cells("enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"),
  sw: cells("Januari|Februari|Machi|Aprili|Mei|Juni|Julai|Agosti|Septemba|Oktoba|Novemba|Desemba"),
};

export const smallestMonthCount = 2;

/** "first two months" … "first seven months": number, noun and adjective agree, so phrases are whole. */
export const firstMonths: Table = {
  ar: cells("أول شهرين|أول ثلاثة أشهر|أول أربعة أشهر|أول خمسة أشهر|أول ستة أشهر|أول سبعة أشهر"),
  zh: cells("前两个月|前三个月|前四个月|前五个月|前六个月|前七个月"),
  cs: cells(
    "první dva měsíce|první tři měsíce|první čtyři měsíce|prvních pět měsíců|prvních šest měsíců|prvních sedm měsíců",
  ),
  en: cells(
    "first two months|first three months|first four months|first five months|first six months|first seven months",
  ),
  et: cells(
    "kaks esimest kuud|kolm esimest kuud|neli esimest kuud|viis esimest kuud|kuus esimest kuud|seitse esimest kuud",
  ),
  fi: cells(
    "kaksi ensimmäistä kuukautta|kolme ensimmäistä kuukautta|neljä ensimmäistä kuukautta|viisi ensimmäistä kuukautta|kuusi ensimmäistä kuukautta|seitsemän ensimmäistä kuukautta",
  ),
  he: cells(
    "שני החודשים הראשונים|שלושת החודשים הראשונים|ארבעת החודשים הראשונים|חמשת החודשים הראשונים|ששת החודשים הראשונים|שבעת החודשים הראשונים",
  ),
  hi: cells("पहले दो महीने|पहले तीन महीने|पहले चार महीने|पहले पाँच महीने|पहले छह महीने|पहले सात महीने"),
  it: cells(
    "primi due mesi|primi tre mesi|primi quattro mesi|primi cinque mesi|primi sei mesi|primi sette mesi",
  ),
  ru: cells(
    "первые два месяца|первые три месяца|первые четыре месяца|первые пять месяцев|первые шесть месяцев|первые семь месяцев",
  ),
  es: cells(
    "primeros dos meses|primeros tres meses|primeros cuatro meses|primeros cinco meses|primeros seis meses|primeros siete meses",
  ),
  sw: cells(
    "miezi miwili ya kwanza|miezi mitatu ya kwanza|miezi minne ya kwanza|miezi mitano ya kwanza|miezi sita ya kwanza|miezi saba ya kwanza",
  ),
};

export const smallestRepetition = 2;

/** "twice", "three times", "four times". */
export const times: Table = {
  ar: cells("مرتين|ثلاث مرات|أربع مرات"),
  zh: cells("两遍|三遍|四遍"),
  cs: cells("dvakrát|třikrát|čtyřikrát"),
  en: cells("two times|three times|four times"),
  et: cells("kaks korda|kolm korda|neli korda"),
  fi: cells("kaksi kertaa|kolme kertaa|neljä kertaa"),
  he: cells("פעמיים|שלוש פעמים|ארבע פעמים"),
  hi: cells("दो बार|तीन बार|चार बार"),
  it: cells("due volte|tre volte|quattro volte"),
  ru: cells("два раза|три раза|четыре раза"),
  es: cells("dos veces|tres veces|cuatro veces"),
  sw: cells("mara mbili|mara tatu|mara nne"),
};
