// Currency and main language of each country, with an article where sentences need one.
import { cells, type Language } from "../languages.ts";

type Table = Readonly<Record<Language, readonly string[]>>;

/** Row of `currencyNames` for each country, in the order of `countryCodes`. */
export const currencyOfCountry: readonly number[] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 20, 20, 20, 20, 21, 20,
];

/** Italian and Spanish with the article that the answer needs; Arabic and Hebrew definite. */
export const currencyNames: Table = {
  ar: cells(
    "الين|اليوان|الروبية|الروبل|الجنيه|الليرة|الريال|الزلوتي|الكرونة|الكرونة|الكرونة|الكرونة|النايرا|البيزو|الريال|الشلن|البات|الوون|الهريفنيا|الفورنت|اليورو|الدونغ",
  ),
  zh: cells(
    "日元|人民币|卢比|卢布|埃及镑|里拉|里亚尔|兹罗提|克朗|克朗|克朗|克朗|奈拉|比索|雷亚尔|先令|泰铢|韩元|格里夫纳|福林|欧元|越南盾",
  ),
  cs: cells(
    "jen|jüan|rupie|rubl|libra|lira|rijál|zlotý|koruna|koruna|koruna|koruna|naira|peso|real|šilink|baht|won|hřivna|forint|euro|dong",
  ),
  en: cells(
    "yen|yuan|rupee|ruble|pound|lira|rial|zloty|koruna|krona|krone|krone|naira|peso|real|shilling|baht|won|hryvnia|forint|euro|dong",
  ),
  et: cells(
    "jeen|jüaan|ruupia|rubla|nael|liir|riaal|zlott|kroon|kroon|kroon|kroon|naira|peeso|reaal|šilling|baat|vonn|grivna|forint|euro|dong",
  ),
  fi: cells(
    "jeni|juan|rupia|rupla|punta|liira|rial|zloty|koruna|kruunu|kruunu|kruunu|naira|peso|real|šillinki|baht|won|hryvnia|forintti|euro|dong",
  ),
  he: cells(
    "הין|היואן|הרופי|הרובל|הלירה|הלירה|הריאל|הזלוטי|הקורונה|הקרונה|הקרונה|הקרונה|הנאירה|הפסו|הריאל|השילינג|הבאט|הוון|ההריבניה|הפורינט|האירו|הדונג",
  ),
  hi: cells(
    "येन|युआन|रुपया|रूबल|पाउंड|लीरा|रियाल|ज़्लॉटी|कोरुना|क्रोना|क्रोन|क्रोन|नाइरा|पेसो|रियाल|शिलिंग|बाट|वॉन|रिव्निया|फ़ोरिंट|यूरो|डोंग",
  ),
  it: cells(
    "lo yen|lo yuan|la rupia|il rublo|la sterlina|la lira|il rial|lo zloty|la corona|la corona|la corona|la corona|la naira|il peso|il real|lo scellino|il baht|il won|la grivnia|il fiorino|l’euro|il dong",
  ),
  ru: cells(
    "иена|юань|рупия|рубль|фунт|лира|риал|злотый|крона|крона|крона|крона|найра|песо|реал|шиллинг|бат|вона|гривна|форинт|евро|донг",
  ),
  es: cells(
    "el yen|el yuan|la rupia|el rublo|la libra|la lira|el rial|el esloti|la corona|la corona|la corona|la corona|la naira|el peso|el real|el chelín|el bat|el won|la grivna|el forinto|el euro|el dong",
  ),
  sw: cells(
    "yen|yuan|rupia|ruble|pauni|lira|rial|zloty|koruna|krona|krone|krone|naira|peso|real|shilingi|baht|won|hryvnia|forint|yuro|dong",
  ),
};

export const mainLanguages: Table = {
  ar: cells(
    "اليابانية|الصينية|الهندية|الروسية|العربية|التركية|الفارسية|البولندية|التشيكية|السويدية|النرويجية|الدنماركية|الإنجليزية|الإسبانية|البرتغالية|السواحلية|التايلاندية|الكورية|الأوكرانية|المجرية|الفرنسية|الألمانية|الإيطالية|الفنلندية|الإستونية|اليونانية|الفيتنامية|الإسبانية",
  ),
  zh: cells(
    "日语|汉语|印地语|俄语|阿拉伯语|土耳其语|波斯语|波兰语|捷克语|瑞典语|挪威语|丹麦语|英语|西班牙语|葡萄牙语|斯瓦希里语|泰语|韩语|乌克兰语|匈牙利语|法语|德语|意大利语|芬兰语|爱沙尼亚语|希腊语|越南语|西班牙语",
  ),
  cs: cells(
    "japonština|čínština|hindština|ruština|arabština|turečtina|perština|polština|čeština|švédština|norština|dánština|angličtina|španělština|portugalština|svahilština|thajština|korejština|ukrajinština|maďarština|francouzština|němčina|italština|finština|estonština|řečtina|vietnamština|španělština",
  ),
  en: cells(
    "Japanese|Chinese|Hindi|Russian|Arabic|Turkish|Persian|Polish|Czech|Swedish|Norwegian|Danish|English|Spanish|Portuguese|Swahili|Thai|Korean|Ukrainian|Hungarian|French|German|Italian|Finnish|Estonian|Greek|Vietnamese|Spanish",
  ),
  et: cells(
    "jaapani keel|hiina keel|hindi keel|vene keel|araabia keel|türgi keel|pärsia keel|poola keel|tšehhi keel|rootsi keel|norra keel|taani keel|inglise keel|hispaania keel|portugali keel|suahiili keel|tai keel|korea keel|ukraina keel|ungari keel|prantsuse keel|saksa keel|itaalia keel|soome keel|eesti keel|kreeka keel|vietnami keel|hispaania keel",
  ),
  fi: cells(
    "japani|kiina|hindi|venäjä|arabia|turkki|persia|puola|tšekki|ruotsi|norja|tanska|englanti|espanja|portugali|swahili|thai|korea|ukraina|unkari|ranska|saksa|italia|suomi|viro|kreikka|vietnam|espanja",
  ),
  he: cells(
    "יפנית|סינית|הינדי|רוסית|ערבית|טורקית|פרסית|פולנית|צ׳כית|שוודית|נורווגית|דנית|אנגלית|ספרדית|פורטוגזית|סווהילית|תאית|קוריאנית|אוקראינית|הונגרית|צרפתית|גרמנית|איטלקית|פינית|אסטונית|יוונית|וייטנאמית|ספרדית",
  ),
  hi: cells(
    "जापानी|चीनी|हिन्दी|रूसी|अरबी|तुर्की|फ़ारसी|पोलिश|चेक|स्वीडिश|नॉर्वेजियाई|डेनिश|अंग्रेज़ी|स्पेनिश|पुर्तगाली|स्वाहिली|थाई|कोरियाई|यूक्रेनी|हंगेरियाई|फ़्रेंच|जर्मन|इतालवी|फ़िनिश|एस्टोनियाई|यूनानी|वियतनामी|स्पेनिश",
  ),
  it: cells(
    "il giapponese|il cinese|l’hindi|il russo|l’arabo|il turco|il persiano|il polacco|il ceco|lo svedese|il norvegese|il danese|l’inglese|lo spagnolo|il portoghese|lo swahili|il thailandese|il coreano|l’ucraino|l’ungherese|il francese|il tedesco|l’italiano|il finlandese|l’estone|il greco|il vietnamita|lo spagnolo",
  ),
  ru: cells(
    "японский|китайский|хинди|русский|арабский|турецкий|персидский|польский|чешский|шведский|норвежский|датский|английский|испанский|португальский|суахили|тайский|корейский|украинский|венгерский|французский|немецкий|итальянский|финский|эстонский|греческий|вьетнамский|испанский",
  ),
  es: cells(
    "el japonés|el chino|el hindi|el ruso|el árabe|el turco|el persa|el polaco|el checo|el sueco|el noruego|el danés|el inglés|el español|el portugués|el suajili|el tailandés|el coreano|el ucraniano|el húngaro|el francés|el alemán|el italiano|el finés|el estonio|el griego|el vietnamita|el español",
  ),
  sw: cells(
    "Kijapani|Kichina|Kihindi|Kirusi|Kiarabu|Kituruki|Kiajemi|Kipolandi|Kicheki|Kiswidi|Kinorwe|Kidenmaki|Kiingereza|Kihispania|Kireno|Kiswahili|Kithai|Kikorea|Kiukraini|Kihungaria|Kifaransa|Kijerumani|Kiitaliano|Kifini|Kiestonia|Kigiriki|Kivietinamu|Kihispania",
  ),
};

/** The name without its article, as in a list: "Valuta: yen". */
export function withoutArticle(language: Language, name: string): string {
  if (language !== "it" && language !== "es") return name;
  return name.replace(/^(?:(?:il|lo|la|el) |l’)/, "");
}
