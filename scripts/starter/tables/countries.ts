// Countries: names, genitives where the language has them, capitals, currencies and main languages.
import { cells, type Language } from "../languages.ts";

type Table = Readonly<Record<Language, readonly string[]>>;

/** ISO 3166 codes; every table below follows this order. Countries with a disputed capital are left out. */
export const countryCodes = cells(
  "JP|CN|IN|RU|EG|TR|IR|PL|CZ|SE|NO|DK|NG|MX|BR|TZ|TH|KR|UA|HU|FR|DE|IT|FI|EE|GR|VN|ES",
);

export const countryNames: Table = {
  ar: cells(
    "اليابان|الصين|الهند|روسيا|مصر|تركيا|إيران|بولندا|التشيك|السويد|النرويج|الدنمارك|نيجيريا|المكسيك|البرازيل|تنزانيا|تايلاند|كوريا الجنوبية|أوكرانيا|المجر|فرنسا|ألمانيا|إيطاليا|فنلندا|إستونيا|اليونان|فيتنام|إسبانيا",
  ),
  zh: cells(
    "日本|中国|印度|俄罗斯|埃及|土耳其|伊朗|波兰|捷克|瑞典|挪威|丹麦|尼日利亚|墨西哥|巴西|坦桑尼亚|泰国|韩国|乌克兰|匈牙利|法国|德国|意大利|芬兰|爱沙尼亚|希腊|越南|西班牙",
  ),
  cs: cells(
    "Japonsko|Čína|Indie|Rusko|Egypt|Turecko|Írán|Polsko|Česko|Švédsko|Norsko|Dánsko|Nigérie|Mexiko|Brazílie|Tanzanie|Thajsko|Jižní Korea|Ukrajina|Maďarsko|Francie|Německo|Itálie|Finsko|Estonsko|Řecko|Vietnam|Španělsko",
  ),
  en: cells(
    "Japan|China|India|Russia|Egypt|Türkiye|Iran|Poland|Czechia|Sweden|Norway|Denmark|Nigeria|Mexico|Brazil|Tanzania|Thailand|South Korea|Ukraine|Hungary|France|Germany|Italy|Finland|Estonia|Greece|Vietnam|Spain",
  ),
  et: cells(
    "Jaapan|Hiina|India|Venemaa|Egiptus|Türgi|Iraan|Poola|Tšehhi|Rootsi|Norra|Taani|Nigeeria|Mehhiko|Brasiilia|Tansaania|Tai|Lõuna-Korea|Ukraina|Ungari|Prantsusmaa|Saksamaa|Itaalia|Soome|Eesti|Kreeka|Vietnam|Hispaania",
  ),
  fi: cells(
    "Japani|Kiina|Intia|Venäjä|Egypti|Turkki|Iran|Puola|Tšekki|Ruotsi|Norja|Tanska|Nigeria|Meksiko|Brasilia|Tansania|Thaimaa|Etelä-Korea|Ukraina|Unkari|Ranska|Saksa|Italia|Suomi|Viro|Kreikka|Vietnam|Espanja",
  ),
  he: cells(
    "יפן|סין|הודו|רוסיה|מצרים|טורקיה|איראן|פולין|צ׳כיה|שוודיה|נורווגיה|דנמרק|ניגריה|מקסיקו|ברזיל|טנזניה|תאילנד|דרום קוריאה|אוקראינה|הונגריה|צרפת|גרמניה|איטליה|פינלנד|אסטוניה|יוון|וייטנאם|ספרד",
  ),
  hi: cells(
    "जापान|चीन|भारत|रूस|मिस्र|तुर्किये|ईरान|पोलैंड|चेकिया|स्वीडन|नॉर्वे|डेनमार्क|नाइजीरिया|मेक्सिको|ब्राज़ील|तंज़ानिया|थाईलैंड|दक्षिण कोरिया|यूक्रेन|हंगरी|फ़्रांस|जर्मनी|इटली|फ़िनलैंड|एस्टोनिया|यूनान|वियतनाम|स्पेन",
  ),
  it: cells(
    "Giappone|Cina|India|Russia|Egitto|Turchia|Iran|Polonia|Cechia|Svezia|Norvegia|Danimarca|Nigeria|Messico|Brasile|Tanzania|Thailandia|Corea del Sud|Ucraina|Ungheria|Francia|Germania|Italia|Finlandia|Estonia|Grecia|Vietnam|Spagna",
  ),
  ru: cells(
    "Япония|Китай|Индия|Россия|Египет|Турция|Иран|Польша|Чехия|Швеция|Норвегия|Дания|Нигерия|Мексика|Бразилия|Танзания|Таиланд|Южная Корея|Украина|Венгрия|Франция|Германия|Италия|Финляндия|Эстония|Греция|Вьетнам|Испания",
  ),
  es: cells(
    "Japón|China|India|Rusia|Egipto|Turquía|Irán|Polonia|Chequia|Suecia|Noruega|Dinamarca|Nigeria|México|Brasil|Tanzania|Tailandia|Corea del Sur|Ucrania|Hungría|Francia|Alemania|Italia|Finlandia|Estonia|Grecia|Vietnam|España",
  ),
  sw: cells(
    "Japani|Uchina|India|Urusi|Misri|Uturuki|Iran|Polandi|Chechia|Uswidi|Norwe|Denmaki|Nigeria|Meksiko|Brazili|Tanzania|Tailandi|Korea Kusini|Ukraini|Hungaria|Ufaransa|Ujerumani|Italia|Ufini|Estonia|Ugiriki|Vietnamu|Uhispania",
  ),
};

/** "of Japan" as one inflected or contracted form; languages not listed use the name itself. */
export const countryGenitives: Partial<Table> = {
  cs: cells(
    "Japonska|Číny|Indie|Ruska|Egypta|Turecka|Íránu|Polska|Česka|Švédska|Norska|Dánska|Nigérie|Mexika|Brazílie|Tanzanie|Thajska|Jižní Koreje|Ukrajiny|Maďarska|Francie|Německa|Itálie|Finska|Estonska|Řecka|Vietnamu|Španělska",
  ),
  et: cells(
    "Jaapani|Hiina|India|Venemaa|Egiptuse|Türgi|Iraani|Poola|Tšehhi|Rootsi|Norra|Taani|Nigeeria|Mehhiko|Brasiilia|Tansaania|Tai|Lõuna-Korea|Ukraina|Ungari|Prantsusmaa|Saksamaa|Itaalia|Soome|Eesti|Kreeka|Vietnami|Hispaania",
  ),
  fi: cells(
    "Japanin|Kiinan|Intian|Venäjän|Egyptin|Turkin|Iranin|Puolan|Tšekin|Ruotsin|Norjan|Tanskan|Nigerian|Meksikon|Brasilian|Tansanian|Thaimaan|Etelä-Korean|Ukrainan|Unkarin|Ranskan|Saksan|Italian|Suomen|Viron|Kreikan|Vietnamin|Espanjan",
  ),
  it: cells(
    "del Giappone|della Cina|dell’India|della Russia|dell’Egitto|della Turchia|dell’Iran|della Polonia|della Cechia|della Svezia|della Norvegia|della Danimarca|della Nigeria|del Messico|del Brasile|della Tanzania|della Thailandia|della Corea del Sud|dell’Ucraina|dell’Ungheria|della Francia|della Germania|dell’Italia|della Finlandia|dell’Estonia|della Grecia|del Vietnam|della Spagna",
  ),
  ru: cells(
    "Японии|Китая|Индии|России|Египта|Турции|Ирана|Польши|Чехии|Швеции|Норвегии|Дании|Нигерии|Мексики|Бразилии|Танзании|Таиланда|Южной Кореи|Украины|Венгрии|Франции|Германии|Италии|Финляндии|Эстонии|Греции|Вьетнама|Испании",
  ),
};

export const capitals: Table = {
  ar: cells(
    "طوكيو|بكين|نيودلهي|موسكو|القاهرة|أنقرة|طهران|وارسو|براغ|ستوكهولم|أوسلو|كوبنهاغن|أبوجا|مكسيكو سيتي|برازيليا|دودوما|بانكوك|سيول|كييف|بودابست|باريس|برلين|روما|هلسنكي|تالين|أثينا|هانوي|مدريد",
  ),
  zh: cells(
    "东京|北京|新德里|莫斯科|开罗|安卡拉|德黑兰|华沙|布拉格|斯德哥尔摩|奥斯陆|哥本哈根|阿布贾|墨西哥城|巴西利亚|多多马|曼谷|首尔|基辅|布达佩斯|巴黎|柏林|罗马|赫尔辛基|塔林|雅典|河内|马德里",
  ),
  cs: cells(
    "Tokio|Peking|Nové Dillí|Moskva|Káhira|Ankara|Teherán|Varšava|Praha|Stockholm|Oslo|Kodaň|Abuja|Ciudad de México|Brasília|Dodoma|Bangkok|Soul|Kyjev|Budapešť|Paříž|Berlín|Řím|Helsinky|Tallinn|Athény|Hanoj|Madrid",
  ),
  en: cells(
    "Tokyo|Beijing|New Delhi|Moscow|Cairo|Ankara|Tehran|Warsaw|Prague|Stockholm|Oslo|Copenhagen|Abuja|Mexico City|Brasilia|Dodoma|Bangkok|Seoul|Kyiv|Budapest|Paris|Berlin|Rome|Helsinki|Tallinn|Athens|Hanoi|Madrid",
  ),
  et: cells(
    "Tokyo|Peking|New Delhi|Moskva|Kairo|Ankara|Teheran|Varssavi|Praha|Stockholm|Oslo|Kopenhaagen|Abuja|México|Brasília|Dodoma|Bangkok|Soul|Kiiev|Budapest|Pariis|Berliin|Rooma|Helsingi|Tallinn|Ateena|Hanoi|Madrid",
  ),
  fi: cells(
    "Tokio|Peking|New Delhi|Moskova|Kairo|Ankara|Teheran|Varsova|Praha|Tukholma|Oslo|Kööpenhamina|Abuja|México|Brasília|Dodoma|Bangkok|Soul|Kiova|Budapest|Pariisi|Berliini|Rooma|Helsinki|Tallinna|Ateena|Hanoi|Madrid",
  ),
  he: cells(
    "טוקיו|בייג׳ינג|ניו דלהי|מוסקבה|קהיר|אנקרה|טהראן|ורשה|פראג|סטוקהולם|אוסלו|קופנהגן|אבוג׳ה|מקסיקו סיטי|ברזיליה|דודומה|בנגקוק|סיאול|קייב|בודפשט|פריז|ברלין|רומא|הלסינקי|טאלין|אתונה|האנוי|מדריד",
  ),
  hi: cells(
    "टोक्यो|बीजिंग|नई दिल्ली|मॉस्को|काहिरा|अंकारा|तेहरान|वारसॉ|प्राग|स्टॉकहोम|ओस्लो|कोपेनहेगन|अबुजा|मेक्सिको सिटी|ब्रासीलिया|डोडोमा|बैंकॉक|सियोल|कीव|बुडापेस्ट|पेरिस|बर्लिन|रोम|हेलसिंकी|तालिन|एथेंस|हनोई|मैड्रिड",
  ),
  it: cells(
    "Tokyo|Pechino|Nuova Delhi|Mosca|Il Cairo|Ankara|Teheran|Varsavia|Praga|Stoccolma|Oslo|Copenaghen|Abuja|Città del Messico|Brasilia|Dodoma|Bangkok|Seul|Kiev|Budapest|Parigi|Berlino|Roma|Helsinki|Tallinn|Atene|Hanoi|Madrid",
  ),
  ru: cells(
    "Токио|Пекин|Нью-Дели|Москва|Каир|Анкара|Тегеран|Варшава|Прага|Стокгольм|Осло|Копенгаген|Абуджа|Мехико|Бразилиа|Додома|Бангкок|Сеул|Киев|Будапешт|Париж|Берлин|Рим|Хельсинки|Таллин|Афины|Ханой|Мадрид",
  ),
  es: cells(
    "Tokio|Pekín|Nueva Delhi|Moscú|El Cairo|Ankara|Teherán|Varsovia|Praga|Estocolmo|Oslo|Copenhague|Abuya|Ciudad de México|Brasilia|Dodoma|Bangkok|Seúl|Kiev|Budapest|París|Berlín|Roma|Helsinki|Tallin|Atenas|Hanói|Madrid",
  ),
  sw: cells(
    "Tokyo|Beijing|New Delhi|Moscow|Kairo|Ankara|Tehran|Warsaw|Prague|Stockholm|Oslo|Copenhagen|Abuja|Jiji la Mexico|Brasilia|Dodoma|Bangkok|Seoul|Kyiv|Budapest|Paris|Berlin|Roma|Helsinki|Tallinn|Athens|Hanoi|Madrid",
  ),
};
