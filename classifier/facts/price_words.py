"""Words that tell an asking price from deposits, former prices, budgets, fees and counts, and that name a
currency's place, in nine languages.
"""

import re

CURRENCY_OF_LANGUAGE = {
    "id": "IDR",
    "ms": "MYR",
    "th": "THB",
    "vi": "VND",
    "km": "USD",
    "ja": "JPY",
    "zh": "CNY",
    "tl": "PHP",
    "en": "USD",
}
"""The currency meant in a language where none is written, as ISO 4217 codes (Cambodian traders count in dollars)."""
CURRENCY_OF_COUNTRY = {
    "ID": "IDR",
    "MY": "MYR",
    "TH": "THB",
    "VN": "VND",
    "KH": "USD",
    "JP": "JPY",
    "CN": "CNY",
    "TW": "TWD",
    "HK": "HKD",
    "PH": "PHP",
    "SG": "SGD",
    "US": "USD",
    "GB": "GBP",
    "AU": "AUD",
    "IN": "INR",
    "LA": "LAK",
    "MM": "MMK",
    "AE": "AED",
    "BN": "BND",
}
"""The currency of a country where none is written, by ISO 3166 code."""
PLACES = (
    ("TWD", re.compile("台北|台中|台南|高雄|新北|桃園|台灣|臺灣|台湾|蝦皮|花蓮|屏東|新竹|彰化")),
    ("HKD", re.compile("香港|旺角|九龙|九龍|元朗|荃灣|屯門|深水埗|港島")),
    (
        "MYR",
        re.compile(
            r"马来西亚|馬來西亞|吉隆坡|槟城|檳城|新山|\bkl\b|penang|johor|\bjb\b|selangor|sabah|sarawak|kuching|melaka|ipoh|"
            r"malaysia|klang|kedah|perak|pahang|kelantan"
        ),
    ),
    (
        "THB",
        re.compile(
            r"曼谷|泰国|泰國|bangkok|thailand|phuket|chiang ?mai|pattaya|chatuchak|hat ?yai|"
            r"バンコク|タイ在住|udon|korat|"
            r"\btua la\b|\bsai rot tuu?\b"
        ),
    ),
    ("PHP", re.compile(r"manila|cebu|davao|palawan|philippines|菲律宾|makati|quezon|bulacan|cavite|laguna")),
    (
        "IDR",
        re.compile(
            r"jakarta|bandung|surabaya|bali\b|indonesia|medan|semarang|jogja|bogor|bekasi|depok|tangerang|"
            r"malang"
        ),
    ),
    ("VND", re.compile(r"越南|hanoi|hà nội|sài gòn|saigon|\bhcm\b|vietnam|ハノイ|ホーチミン")),
    ("SGD", re.compile(r"singapore|新加坡|\bsg only")),
    ("INR", re.compile(r"kerala|india\b|delhi|mumbai|chennai|bangalore|kolkata|assam")),
    ("GBP", re.compile(r"\buk\b|london|wales|scotland|yorkshire|kent\b")),
    ("AED", re.compile(r"dubai|sharjah|abu dhabi")),
    ("JPY", re.compile("日本円|東京|大阪")),
)
CANTONESE = re.compile("[嘅喺咁冇佢哋嚟啲嗰咗乜]|唔係|唔好|仲有|講笑")
TRADITIONAL = re.compile("[獺隻錢萬價這們來對養賣買讓說話開頭還點個請問貓魚餵歲]")
NOT_ASKED = re.compile(
    r"(?:\bdp\b|\bdeposit|\bdown ?payment|\bdown\b(?= ?$)|\bbooking(?: fee)?|\bbooking\b|\buang muka|"
    r"\btanda jadi|\bpanjer|\bkeep\b|มัดจํา|จองด้วย|ค่าจอง|วางเงิน|โอนจอง|\bcọc|\bcoc\b|\bđặt trước|"
    r"កក់|កក|定金|订金|訂金|押金|内金|手付|予約金|"
    r"\breserv\w*(?: fee)?|\bdown\s?payment|前金|預付|预付|先付|"
    r"\bbudget|\bbajet|\bbajed|\bbgt\b|งบ|ทุน(?=\s*$)|\bngân sách|\bngan sach|\btài chính|\btầm giá|"
    r"\bth?u mua|予算|预算|預算|លុយខ្ញុំ|ថវិកា|\bmax(?:imum)?\b|\bmaks(?:imal)?\b|\bsampai harga|"
    r"\bticket|\btiket|\bhtm\b|\bentrance|\bentry|\badmission|ค่าเข้า|บัตร|ตั๋ว|\bvé\b|入場|入园|入園|门票|門票|料金|សំបុត្រ|"
    r"\bongkir|\bshipping|\bdelivery(?: fee)?|\bpostage|\bpos\b|ค่าส่ง|ค่ารถ|\bphí ship|\bship\b|送料|"
    r"邮费|郵費|运费|運費|\bsf\b|ថ្លៃដឹក|ថ្លៃផ្ញើ|\bfreight|\bongkos|\bdel fee|"
    r"\bfined?|\bdenda|ปรับ|โทษ|\bphạt|罰金|罚款|罰款|罚|ពិន័យ|\bmulta|\bworth\b|\bsenilai|\bvalued|มูลค่า|"
    r"\btrị giá|相当|价值|價值|時価|\bsalary|\bgaji|\breward|"
    r"\bwas\b|\bformer(?:ly)?|\bbefore\b|\borig(?:inal)?(?:ly)?\b|\bwere\b|\bpreviously|"
    r"\bdulu(?:nya)?|\basal(?:nya)?\b|\basli\b|\bnormal(?:nya)?|\bharga awal|\bharga lama|\bmodal|"
    r"\bdr\b|\bdari\b(?!\s?rp)|เดิม|จาก|ปกติ|แต่ก่อน|ซื้อมา|\btrước(?: đây)?|\bgiá cũ|\bgốc|\btừ\b|"
    r"\bmua(?: về| lúc| hồi)?|\blúc mua|"
    r"ពីមុន|ពីដើម|មុន|ពី(?!រ)|ចុះពី|原价|原價|当初|當初|hôm qua đăng|\bđăng|要訂|先落|落訂|落|原来|"
    r"原來|之前|以前|买来|買來|买的时候|"
    r"元値|定価|通常|購入時|購入|買った|旧価格|\bdati|\bmula\b|\bfrom\b(?= ?(?:rm|rp|\$|₱)?\s?$)|\bbought|\bpaid|"
    r"\bbeli(?:nya)?(?: dulu)?|\bnabili|\bbili ko|\bkuha ko|"
    r"\btebus|\bex\b|\bsaved?\b|\bfood\b|\bkandang|\bcage|\bdaily|\bper month|"
    r"\bsebulan)[\s:=.,~()]{0,3}(?:[^\W\d_]{1,8}\s?){0,1}[\s:=~]{0,2}(?:rp|rm|php|usd|idr|"
    r"us)?[.\s$₱฿]{0,2}$"
)
NOT_ASKED_AFTER = re.compile(
    r"^\s?(?:dp\b|deposit|down\b|down ?payment|for (?:the )?deposit|booking|tanda jadi|มัดจํา|จอง|cọc|"
    r"coc\b|giữ|កក់|定金|订金|訂金|押金|内金|手付|reservation|to reserve|to hold|non[- ]?ref|upfront|"
    r"budget|bajet|งบ|予算|预算|預算|以内で(?:探|買|購)|entrance|entry|ticket|入場|门票|ค่าส่ง|でした|だった|ko nakuha|"
    r"ko nabili|ko binili|lúc mua|入的|买的|ค่ารถ|tiền ship|phí ship|送料|邮费|运费|運費|fine\b|denda|"
    r"per (?:month|day)|a month|sebulan|/bulan|/month|fee for the crate|"
    r"(?:->|→|=>|>|⇒|➡|jadi|to\b|เหลือ|ลดเหลือ|còn\b|giảm còn|xuống|មក|ចុះមក|down to|now\b|skrg|"
    r"nego jadi|降到|降至|现在|→|から)(?=\s?[^\W\d]{0,8}\s?\d|\s?[$₱฿]))"
)
NOW = re.compile(
    r"(?:\bnow\b|\bjadi\b|\bturun(?: jadi| ke)?|\bskrg|\bsekarang|\breduced to|\bdown to|"
    r"\bdrop(?:ped)? to|ลดเหลือ|เหลือ|ตอนนี้|\bcòn\b|\bgiảm còn|\bgiờ\b|\bxuống|ចុះមក|មក|ឥឡូវ|降到|降至|"
    r"现在|現在|现价|現價|今は|値下げ|\bngayon|\bna lang\b|->|→|=>|➡|⇒)[^\d\n]{0,8}$"
)
PRICE_WORD = re.compile(
    r"(?:\bharga(?:nya)?|\bhrg(?:a|nya)?|\bhg\b|\bprice[sd]?|\basking|\bgiá\b|\bgia\b|ราคา|ค่าตัว|"
    r"สินสอด|ค่านม|តម្លៃ|តំលៃ|ថ្លៃ|លក់|价格|价|價格|價|售|出|卖|賣|只要|生体価格|価格|値段|お値段|\bpresyo|\bhm\b|"
    r"\bmahar(?:nya)?|\bmas kawin|"
    r"\bfor\b|\bnego\b|\bopen\b|\bob\b|\bbin\b|\bfee\b|\bdonasi|\bfix\b|\bnet\b|\bnett?\b|"
    r"\bganti(?: susu| rugi)?|\bbenta|\bprc\b|\bsrp\b|\bonly\b|\bcuma|\bcm\b|\bjual|\bbán|\bpass\b|"
    r"\blepas\b|\blet go|@|=|ปล่อย|ขาย|สนใจ|\brelease|\bbayad|\bkuha|\btake all|\bsell(?:ing)?|"
    r"ละ|ยกคู่|เหลือ|ค่าน้ํามัน|ปล่อยต่อ|\bako ng|\bseek\w+|収|酌收|收|領養費|领养费|認養費|\badoption|\brehoming|"
    r"譲渡費|希望)[\s:=~.]{0,4}(?:[^\W\d_]{1,10}\s){0,2}[\s:=]{0,2}$"
)
PRICE_AFTER = re.compile(
    r"^\s?[,.]?\s?(?:nego|net\b|nett|fix|firm|obo|ono|neg\b|pas\b|cod|saja|aja|ajah|ja\b|aj\b|sj\b|"
    r"only|each|ea\b|/|per\b|semua|dapat|boleh|bs\b|bisa|plus kandang|free|inc|no nego|ambil|angkut|"
    r"bungkus|gan\b|bos|masing|tawar|ngo\b|lang|isa\b|na lang|"
    r"ต่อ|ไม่ต่อ|ลด|รวม|ถ้วน|ตัว|บ|พร้อม|มี|con\b|1 con|một|mỗi|bao|bớt|ko bớt|fix|ក្នុង|មួយ|ក្បាល|一|"
    r"每|包|不刀|可刀|小刀|不议|不包|全|带|自提|税|込|で|です|/匹|cash|takes|ono|last|steady|seek|sekor|sekoq|ค่ะ|ครับ|จ้า|"
    r"พอ|คะ|นะ|ต่อ|a piece|apiece|a pup|a head)"
)
UNIT_AFTER = re.compile(
    r"^\s?-?(?:days?|d\b|hari|hr\b|hrs?\b|weeks?|wks?|w\b|months?|mths?|mos?\b|m\b|years?|yrs?|y\b|"
    r"yo\b|minggu|mgg|bulan|bln|bl\b|tahun|thn|th\b|linggo|buwan|araw|taon|ngày|tuần|tháng|năm|tuổi|"
    r"thang|tuan|ngay|ekor|ekr|ek\b|pcs|con\b|bé|em\b|bạn|cặp|đôi|pasang|pair|"
    r"heads?|otters?|pups?|cubs?|kg|kilos?|kl\b|g\b|gr\b|gram|cm|mm|inch|in\b|ft|ml|l\b|liter|litre|%|"
    r"am\b|pm\b|st\b|nd\b|rd\b|x\b|jam|menit|minutes?|hours?|km|/7|people|followers|likes|views|"
    r"members|boys|girls|males?|females?|left|available|slots?|jantan|betina|pieces?|skins?|pelts?|"
    r"วัน|เดือน|ปี|ขวบ|อาทิตย์|สัปดาห์|ตัว|คู่|กก|กิโล|โล|ซม|คน|นิ้ว|ชม|โมง|ผืน|ครั้ง|ซี่|ครอก|คู่|"
    r"ชิ้น|ថ្ងៃ|ខែ|ឆ្នាំ|អាទិត្យ|សប្តាហ៍|ក្បាល|គីឡូ|គូ|នាក់|ម៉ោង|日|週|ヶ|か|カ|ヵ|月|年|歳|才|匹|頭|時|分|回|人|名|代|"
    r"点|天|周|個月|个月|岁|歲|只|隻|条|斤|公斤|克|厘米|号|號|点|個(?!\d)|对|對)"
)
LOT = re.compile(
    r"(?:\bpair\b|\bpasang|\bsepasang|\bpsg\b|\bcặp|\bcap\b|\bđôi\b|คู่(?:ละ)?|គូ|ペア|一对|一對|\bpares\b|"
    r"\bboth\b|\blot\b|\btake all|\bambil semua|\bborong|\bsemua\b|เหมา|ยกครอก|ทั้งหมด|\bcả (?:đàn|"
    r"lứa|cặp|bầy|hai)|\blấy hết|\btrọn|全部|打包|まとめ|(?:2|3|二|三)匹で|兄弟で|ទាំងអស់|ទាំងពីរ|ទាំងគូ|\bbundle|"
    r"\blahat\b|\bfor (?:two|2|3|all|the (?:pair|lot|bunch|two)))"
)
EACH = re.compile(
    r"(?:/\s?(?:ekor|ekr|ek|head|pc|pcs|con|bé|em|ตัว|匹|只|隻|pup|1)|\bper\b|\beach\b|\bea\b|\bmasing|"
    r"\bsatuan|\bapiece|\ba ?piece|ตัวละ|ต่อตัว|\bmỗi|\bmột con|1 con|\b1 (?:bé|em)|\blẻ\b|មួយក្បាល|ក្បាល|"
    r"មួយ|一只|一隻|每|单只|單隻|一匹|1匹|各|\bisa\b|\bkada|seekor|@)"
)
TRADED = re.compile(
    r"\b(?:nego|cod|mahar|harga|hrg|minat|jual|wts|ready|dp|rekber|japri|inbox|pm|net|nett|fix|anakan|"
    r"jinak|ekor|umur|bln|bulan|gan|bos|wa|open|mau|lepas|adopsi|merem|melek|ambil)\b"
)
