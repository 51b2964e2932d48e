// Nouns, colours, opposites and number words; no word occurs twice in one language's list.
import { cells, type Language } from "../languages.ts";

type Table = Readonly<Record<Language, readonly string[]>>;

/** Nouns at these positions are animals; the rest are food and things. */
export const animalCount = 14;

export const nouns: Table = {
  ar: cells(
    "قطة|كلب|حصان|سمكة|طائر|بقرة|فأر|أسد|دب|خروف|ماعز|جمل|فيل|أرنب|خبز|حليب|أرز|ملح|تفاحة|بيضة|عسل|جبن|بيت|شجرة|كتاب|شمس|ثلج|طاولة|باب|مفتاح|كرسي|زهرة|نهر|جبل|نجمة|مطر|قارب|نافذة|جسر|يد",
  ),
  zh: cells(
    "猫|狗|马|鱼|鸟|牛|老鼠|狮子|熊|绵羊|山羊|骆驼|大象|兔子|面包|牛奶|米饭|盐|苹果|鸡蛋|蜂蜜|奶酪|房子|树|书|太阳|雪|桌子|门|钥匙|椅子|花|河|山|星星|雨|船|窗户|桥|手",
  ),
  cs: cells(
    "kočka|pes|kůň|ryba|pták|kráva|myš|lev|medvěd|ovce|koza|velbloud|slon|králík|chléb|mléko|rýže|sůl|jablko|vejce|med|sýr|dům|strom|kniha|slunce|sníh|stůl|dveře|klíč|židle|květina|řeka|hora|hvězda|déšť|loď|okno|most|ruka",
  ),
  en: cells(
    "cat|dog|horse|fish|bird|cow|mouse|lion|bear|sheep|goat|camel|elephant|rabbit|bread|milk|rice|salt|apple|egg|honey|cheese|house|tree|book|sun|snow|table|door|key|chair|flower|river|mountain|star|rain|boat|window|bridge|hand",
  ),
  et: cells(
    "kass|koer|hobune|kala|lind|lehm|hiir|lõvi|karu|lammas|kits|kaamel|elevant|jänes|leib|piim|riis|sool|õun|muna|mesi|juust|maja|puu|raamat|päike|lumi|laud|uks|võti|tool|lill|jõgi|mägi|täht|vihm|paat|aken|sild|käsi",
  ),
  fi: cells(
    "kissa|koira|hevonen|kala|lintu|lehmä|hiiri|leijona|karhu|lammas|vuohi|kameli|norsu|kani|leipä|maito|riisi|suola|omena|kananmuna|hunaja|juusto|talo|puu|kirja|aurinko|lumi|pöytä|ovi|avain|tuoli|kukka|joki|vuori|tähti|sade|vene|ikkuna|silta|käsi",
  ),
  he: cells(
    "חתול|כלב|סוס|דג|ציפור|פרה|עכבר|אריה|דוב|כבשה|עז|גמל|פיל|ארנב|לחם|חלב|אורז|מלח|תפוח|ביצה|דבש|גבינה|בית|עץ|ספר|שמש|שלג|שולחן|דלת|מפתח|כיסא|פרח|נהר|הר|כוכב|גשם|סירה|חלון|גשר|יד",
  ),
  hi: cells(
    "बिल्ली|कुत्ता|घोड़ा|मछली|पक्षी|गाय|चूहा|शेर|भालू|भेड़|बकरी|ऊँट|हाथी|खरगोश|रोटी|दूध|चावल|नमक|सेब|अंडा|शहद|पनीर|घर|पेड़|किताब|सूरज|बर्फ़|मेज़|दरवाज़ा|चाबी|कुर्सी|फूल|नदी|पहाड़|तारा|बारिश|नाव|खिड़की|पुल|हाथ",
  ),
  it: cells(
    "gatto|cane|cavallo|pesce|uccello|mucca|topo|leone|orso|pecora|capra|cammello|elefante|coniglio|pane|latte|riso|sale|mela|uovo|miele|formaggio|casa|albero|libro|sole|neve|tavolo|porta|chiave|sedia|fiore|fiume|montagna|stella|pioggia|barca|finestra|ponte|mano",
  ),
  ru: cells(
    "кошка|собака|лошадь|рыба|птица|корова|мышь|лев|медведь|овца|коза|верблюд|слон|кролик|хлеб|молоко|рис|соль|яблоко|яйцо|мёд|сыр|дом|дерево|книга|солнце|снег|стол|дверь|ключ|стул|цветок|река|гора|звезда|дождь|лодка|окно|мост|рука",
  ),
  es: cells(
    "gato|perro|caballo|pez|pájaro|vaca|ratón|león|oso|oveja|cabra|camello|elefante|conejo|pan|leche|arroz|sal|manzana|huevo|miel|queso|casa|árbol|libro|sol|nieve|mesa|puerta|llave|silla|flor|río|montaña|estrella|lluvia|barca|ventana|puente|mano",
  ),
  sw: cells(
    "paka|mbwa|farasi|samaki|ndege|ng’ombe|panya|simba|dubu|kondoo|mbuzi|ngamia|tembo|sungura|mkate|maziwa|wali|chumvi|tufaha|yai|asali|jibini|nyumba|mti|kitabu|jua|theluji|meza|mlango|ufunguo|kiti|ua|mto|mlima|nyota|mvua|mashua|dirisha|daraja|mkono",
  ),
};

export const colours: Table = {
  ar: cells("أحمر|أزرق|أخضر|أصفر|أبيض|أسود|رمادي|بني"),
  zh: cells("红色|蓝色|绿色|黄色|白色|黑色|灰色|棕色"),
  cs: cells("červená|modrá|zelená|žlutá|bílá|černá|šedá|hnědá"),
  en: cells("red|blue|green|yellow|white|black|grey|brown"),
  et: cells("punane|sinine|roheline|kollane|valge|must|hall|pruun"),
  fi: cells("punainen|sininen|vihreä|keltainen|valkoinen|musta|harmaa|ruskea"),
  he: cells("אדום|כחול|ירוק|צהוב|לבן|שחור|אפור|חום"),
  hi: cells("लाल|नीला|हरा|पीला|सफ़ेद|काला|स्लेटी|भूरा"),
  it: cells("rosso|blu|verde|giallo|bianco|nero|grigio|marrone"),
  ru: cells("красный|синий|зелёный|жёлтый|белый|чёрный|серый|коричневый"),
  es: cells("rojo|azul|verde|amarillo|blanco|negro|gris|marrón"),
  sw: cells("nyekundu|buluu|kijani|njano|nyeupe|nyeusi|kijivu|kahawia"),
};

/** Pairs `a/b`; each word is in only one pair, so that its opposite is unambiguous. */
export const opposites: Table = {
  ar: cells(
    "كبير/صغير|جيد/سيئ|قوي/ضعيف|نظيف/قذر|غني/فقير|سهل/صعب|حار/بارد|حلو/مر|نهار/ليل|فوق/تحت|داخل/خارج|قريب/بعيد|حرب/سلام|نور/ظلام|صديق/عدو|بداية/نهاية|يسار/يمين|كثير/قليل",
  ),
  zh: cells(
    "大/小|好/坏|强/弱|干净/肮脏|富裕/贫穷|容易/困难|热/冷|甜/苦|白天/夜晚|上/下|里面/外面|近/远|战争/和平|光明/黑暗|朋友/敌人|开始/结束|左/右|多/少",
  ),
  cs: cells(
    "velký/malý|dobrý/špatný|silný/slabý|čistý/špinavý|bohatý/chudý|snadný/těžký|horký/studený|sladký/hořký|den/noc|nahoru/dolů|uvnitř/venku|blízko/daleko|válka/mír|světlo/tma|přítel/nepřítel|začátek/konec|vlevo/vpravo|mnoho/málo",
  ),
  en: cells(
    "big/small|good/bad|strong/weak|clean/dirty|rich/poor|easy/difficult|hot/cold|sweet/bitter|day/night|up/down|inside/outside|near/far|war/peace|light/darkness|friend/enemy|beginning/end|left/right|many/few",
  ),
  et: cells(
    "suur/väike|hea/halb|tugev/nõrk|puhas/räpane|rikas/vaene|lihtne/raske|kuum/külm|magus/mõru|päev/öö|üles/alla|sees/väljas|lähedal/kaugel|sõda/rahu|valgus/pimedus|sõber/vaenlane|algus/lõpp|vasak/parem|palju/vähe",
  ),
  fi: cells(
    "suuri/pieni|hyvä/huono|vahva/heikko|puhdas/likainen|rikas/köyhä|helppo/vaikea|kuuma/kylmä|makea/karvas|päivä/yö|ylös/alas|sisällä/ulkona|lähellä/kaukana|sota/rauha|valo/pimeys|ystävä/vihollinen|alku/loppu|vasen/oikea|paljon/vähän",
  ),
  he: cells(
    "גדול/קטן|טוב/רע|חזק/חלש|נקי/מלוכלך|עשיר/עני|קל/קשה|חם/קר|מתוק/מר|יום/לילה|למעלה/למטה|בפנים/בחוץ|קרוב/רחוק|מלחמה/שלום|אור/חושך|חבר/אויב|התחלה/סוף|שמאל/ימין|הרבה/מעט",
  ),
  hi: cells(
    "बड़ा/छोटा|अच्छा/बुरा|मज़बूत/कमज़ोर|साफ़/गंदा|अमीर/गरीब|आसान/कठिन|गरम/ठंडा|मीठा/कड़वा|दिन/रात|ऊपर/नीचे|अंदर/बाहर|पास/दूर|युद्ध/शांति|प्रकाश/अंधकार|दोस्त/दुश्मन|आरंभ/अंत|बायाँ/दायाँ|ज़्यादा/कम",
  ),
  it: cells(
    "grande/piccolo|buono/cattivo|forte/debole|pulito/sporco|ricco/povero|facile/difficile|caldo/freddo|dolce/amaro|giorno/notte|su/giù|dentro/fuori|vicino/lontano|guerra/pace|luce/buio|amico/nemico|inizio/fine|sinistra/destra|molto/poco",
  ),
  ru: cells(
    "большой/маленький|хороший/плохой|сильный/слабый|чистый/грязный|богатый/бедный|лёгкий/трудный|горячий/холодный|сладкий/горький|день/ночь|вверх/вниз|внутри/снаружи|близко/далеко|война/мир|свет/тьма|друг/враг|начало/конец|налево/направо|много/мало",
  ),
  es: cells(
    "grande/pequeño|bueno/malo|fuerte/débil|limpio/sucio|rico/pobre|fácil/difícil|caliente/frío|dulce/amargo|día/noche|arriba/abajo|dentro/fuera|cerca/lejos|guerra/paz|luz/oscuridad|amigo/enemigo|principio/fin|izquierda/derecha|mucho/poco",
  ),
  sw: cells(
    "kubwa/ndogo|nzuri/mbaya|imara/dhaifu|safi/chafu|tajiri/maskini|rahisi/ngumu|moto/baridi|tamu/chungu|mchana/usiku|juu/chini|ndani/nje|karibu/mbali|vita/amani|mwanga/giza|rafiki/adui|mwanzo/mwisho|kushoto/kulia|nyingi/chache",
  ),
};

/** One to twelve, as said when counting; Hebrew uses the feminine series. */
export const numbers: Table = {
  ar: cells("واحد|اثنان|ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة|أحد عشر|اثنا عشر"),
  zh: cells("一|二|三|四|五|六|七|八|九|十|十一|十二"),
  cs: cells("jedna|dva|tři|čtyři|pět|šest|sedm|osm|devět|deset|jedenáct|dvanáct"),
  en: cells("one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"),
  et: cells("üks|kaks|kolm|neli|viis|kuus|seitse|kaheksa|üheksa|kümme|üksteist|kaksteist"),
  fi: cells(
    "yksi|kaksi|kolme|neljä|viisi|kuusi|seitsemän|kahdeksan|yhdeksän|kymmenen|yksitoista|kaksitoista",
  ),
  he: cells("אחת|שתיים|שלוש|ארבע|חמש|שש|שבע|שמונה|תשע|עשר|אחת עשרה|שתים עשרה"),
  hi: cells("एक|दो|तीन|चार|पाँच|छह|सात|आठ|नौ|दस|ग्यारह|बारह"),
  it: cells("uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici"),
  ru: cells("один|два|три|четыре|пять|шесть|семь|восемь|девять|десять|одиннадцать|двенадцать"),
  es: cells("uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce"),
  sw: cells("moja|mbili|tatu|nne|tano|sita|saba|nane|tisa|kumi|kumi na moja|kumi na mbili"),
};

/** Separator between the items of a list. */
export function listSeparator(language: Language): string {
  if (language === "ar") return "، ";
  return language === "zh" ? "、" : ", ";
}
