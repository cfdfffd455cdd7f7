/// The forms in which secrets stand in a text (docs/redaction.md has them in a table).
///
/// What names a secret stays, its value goes. Patterns are of plain text: `RedactionView` reads escapes; but quotes may be
/// escaped here too (`\"`), since a quote inside a value is told from the one at its end by its escapes alone.
enum SecretForms {
  static let all: [RedactionPattern] =
    blocks + headers + addresses + assignments + commandLines + statements
    + ServiceKeys.patterns

  private static func pattern(_ source: String) -> RedactionPattern {
    BuiltinRedactions.pattern(
      "(?i)"
        + source, .secret)
  }

  // MARK: Parts

  private static let strong = SecretNames.strong
  /// A mask that is the whole of a value without quotes.
  private static let noMask = "(?!" + SecretNames.mask + #"[)\]}]{0,3}+(?![^\s"',;&\\]))"#
  private static let noProse = "(?!" + SecretNames.prose + #"(?![^\s"',;&)\]}!.:\\]))"#

  /// One character of a value without quotes. What parts values goes on if no name follows it: `hun;ter2`, `it's`.
  private static let bare =
    #"(?:[^\s"'`,;&\\]|\\(?![nrtu"'\\/])|["'`](?=\w)|(?:[,;]|&(?!amp;))(?=[\w!@#$%^*+.?~-]{1,64}+(?![\w:=\["'])))"#
  /// No bracket and no sign of a statement begins a value, unless it is a long one; nor does what stands around a token.
  private static let bareStart =
    "(?!(?:" + wrapper + #"|<buffer |\[|\{)\\*+["'`]?<[a-z][a-z-]{0,32}(?:-[0-9]++)?>)(?![burfn@]{1,2}["'])"#
    + #"(?:(?=[^\[\](){}<>|.:=!?])|(?=[^:=\s][^\s"',;&\\]{3}))"#

  /// A value in quotes, with its escapes and doubled quotes, over several lines if no other quote comes first; to the end of the
  /// line if it does not end.
  private static let quoted =
    #"(?<q>\\*+["'`])(?!"# + SecretNames.mask + #"?\k<q>)"#
    + #"(?<v>(?:(?!\k<q>)(?:\\[\s\S]|[^\r\n])|\k<q>{1,2}(?=\w)|[\r\n](?=[^"'`]{0,1024}\k<q>))++)"#

  /// What languages put around a value: `b'…'`, `Some("…")`, `[…]`, `string(7) "…"`, `s:7:"…"`, `[]byte{…}`.
  private static let wrapper =
    #"(?:string\([0-9]{1,6}\)\s|(?:some|just|ok|optional|option|right|string|str|bytes|text|value"#
    + #"|sensitive\w{0,16}|secret\w{0,16}|secure\w{0,16})"#
    + #"\s?[\[({]\s?(?:value\s?[=:]\s?)?|s:[0-9]{1,6}:|&?\[[0-9]{0,6}\]\w{1,8}\{|<<|\{\s?["']?(?:value|val|plain"#
    + #"|text|raw)["']?\s?[=:]\s?"#
    // A sentence in a list is what is wrong with the value.
    + #"|[\[({]\s?(?=["'`](?!(?-i:[A-Z][a-z]++ [a-z]++ ))))?+"#
    + #"(?:[burfn@]{1,2}(?=["']))?+"#

  /// Numbers of bytes.
  private static let byteList =
    #"(?:\[|\{|<<|<buffer |\[\]byte\{|\[\]uint8\{)\s?(?<v>(?:0x)?[0-9a-f]{1,3}[, ]{1,2}"#
    + #"(?:0x)?[0-9a-f]{1,3}[, ][0-9a-fx, ]*+)"#

  /// Between name and value: `=`, `": "`, `=>`, `] =>`, `";s:7:`; not `==` of code and not `::`.
  private static let sign = #"\\*+["'`]?\]?[ \t]{0,20}(?:=>|:=|={1,3}|:(?!:)|->|(?<=["']);(?=s:))"#

  // MARK: Keys that are text of their own

  private static let blocks: [RedactionPattern] = [
    // A private key, all of it; without its end the rest of the text. Of SSH2 with four hyphens and blanks.
    pattern(
      #"----[- ]BEGIN[ +](?:(?!PRIVATE)[A-Z0-9]++[ +]){0,4}+PRIVATE[ +]KEY(?:[ +]BLOCK)?[ -]----"#
        + #"(?:(?!----[- ]END )[\s\S])*+(?:----[- ]END[ +](?:(?!PRIVATE)[A-Z0-9]++[ +]){0,4}+PRIVATE[ +]KEY"#
        + #"(?:[ +]BLOCK)?[ -]-{4})?"#),
    // PuTTY's, to the end of its code.
    pattern(#"PuTTY-User-Key-File-[0-9]:[\s\S]{0,16384}?Private-MAC:\s?[0-9a-f]++|PuTTY-User-Key-File-[0-9]:[\s\S]*+"#),
    // The body of a key without its head: DER and OpenSSH in base64, a PEM text in base64, a line of base64.
    pattern(
      #"(?-i)(?<![A-Za-z0-9+/])(?:MI[IGC][A-Za-z0-9+/]{30,}+|b3BlbnNzaC1rZXkt[A-Za-z0-9+/]++"#
        + #"|LS0tLS1CRUdJTi[A-Za-z0-9+/]{10,}+"#
        + #"|(?m:^)(?=[A-Z+/]{0,64}+[a-z0-9])(?=[a-z+/0-9]{0,64}+[A-Z])"#
        + #"(?=[A-Za-z+/]{0,64}+[0-9])[A-Za-z0-9+/]{60,76}(?m:$))={0,2}"#),
    // A JSON web token.
    BuiltinRedactions.pattern(#"(?<!\w)eyJ[\w-]{8,2048}+(?:\.[\w-]*+){1,4}+"#, .secret),
    // A JSON web key's private part.
    BuiltinRedactions.pattern(
      #""(?:d|k|p|q|dp|dq|qi)"\s?:\s?"(?=[\w-]{0,64}[A-Z])(?=[\w-]{0,64}[0-9])(?<v>[\w-]{40,}+)""#, .secret),
    // Hashes of passwords.
    BuiltinRedactions.pattern(
      #"\$(?:2[abxy]?|argon2(?:id|i|d)|[1567y]|apr1|s1|s2|scrypt|pbkdf2[\w-]{0,12})\$(?<v>[\w./+=,$-]{10,}+)"#
        + #"|(?<!\w)(?:pbkdf2_sha\d+|argon2|bcrypt_sha256|scrypt|md5|sha1)\$(?<v>[\w./+=$-]{16,}+)"#
        + #"|\{(?:S?SHA(?:256|512)?|CRYPT|S?MD5)\}(?<v>[\w./+=$]{16,}+)"#, .secret),
  ]

  // MARK: Headers

  /// `a="x", b=y`, quotes with their escapes.
  private static let parameters: String = {
    let one = #"[\w.-]{1,40}\s?=\s?(?:\\*+"[^"\r\n]{0,2048}+"|[^\s,"'<>;]{1,2048}+)"#
    return one + #"(?:[,;\s]{1,3}"# + one + ")*+"
  }()

  private static let authorization =
    #"authorization\\*+["'`]?\]?[ \t]{0,3}(?:=>"#
    + #"|[:=,])\s{0,3}[\[({]?\s?(?:b(?=["']))?\\*+["'`]?\s?"#

  private static let headers: [RedactionPattern] = [
    // Of schemes with parameters all of them.
    pattern(authorization + #"[a-z][\w-]{1,40}[\s+]{1,4}(?<v>"# + parameters + ")"),
    pattern(
      authorization + #"(?:bearer|basic|token|api-?key|negotiate|ntlm|hawk|key|splunk|ssws|bot|jwt|aws"#
        + #"|sharedkey(?:lite)?|digest"#
        + #"|aws4-hmac-sha256|googlelogin|oauth|sso-key|klaviyo-api-key|genie-?key)[\s+]{1,4}"# + noMask
        + #"(?<v>[^\s"'`\\,;]{4,}+)"#),
    // Another scheme, or none.
    pattern(
      authorization + noMask + noProse
        + #"(?:[a-z][\w-]{1,40}[\s+]{1,4})?(?!http/|[\w-]{1,40}\s{1,3}(?:<[a-z]|[\w.-]{1,40}=)"#
        + #"|[\w-]{1,30}=[^=])(?=[^\s"',;<]{0,64}[0-9])(?<v>[\w+/~.$-][^\s"'`\\,;()<>]{7,}+)"#),
    pattern(authorization + #"(?=[a-z]{0,64}+[^a-z\s])(?<v>[\w.~+/=-]{20,}+)"#),
    // By itself: Bearer a1b2c3d4, Basic dXNlcjpwYXNz
    pattern(
      #"(?<![a-z])bearer(?:\s++|["']?\s?[:=]\s?["']?)"# + noMask + #"(?=[\w.~+/-]{0,512}+(?<=[0-9])|[\w.~+/-]{24}"#
        + #"|[a-z.~+/_-]{0,512}+[0-9])(?<v>[\w.~+/-]{8,}+=*+)"#),
    pattern(
      #"(?<![a-z])basic\s(?=[a-z+/]{0,512}+[0-9=])(?=(?-i)[a-z0-9+/]{0,512}+[A-Z])"#
        + #"(?<v>[A-Za-z0-9+/]{8,}+={0,2})"#),
    // Cookie: a=b; c=d
    pattern(
      #"(?<![a-z])(?:set-?)?cookie2?\\*+["'`]?\]?\s{0,3}(?:=>"#
        + #"|[:=,])\s{0,3}[\[({]?b?\\*+["'`]?(?<v>[^\s"'=;,\\]{1,256}+=[^\r\n"'\\]++)"#),
    pattern(#"(?<![a-z])cookies?2?\\*+["'`]?\s{0,3}(?:=>|[:=])\s{0,3}\[(?<v>\s?b?\\*+["'][^\]\r\n]{3,4096}+)\]"#),
    // cookies={'a': 'b'}, <Cookie a=b for example.org/>, Cookie(name='a', value='b')
    pattern(
      #"(?<![a-z])cookie(?:s|jar)?\\*+["'`]?\s{0,3}(?:=>"#
        + #"|[:=])\s{0,3}\w{0,20}[(\[]?\{(?<v>[^{}\r\n]{3,4096}+)\}"#),
    pattern(#"<cookie [\w.-]{1,128}=(?<v>[^\s>]{1,4096}+)"#),
    pattern(#"(?<![a-z])cookie[(\[{][^)\]}\r\n]{0,256}?value\s?[=:]\s?["']?(?<v>[^\s"',)]{1,4096}+)"#),
    // Lists of names and values: ('authorization', 'Bearer …'), ["Cookie", "a=b"], (b'x-api-key', b'…')
    pattern(
      #"[\[({,]\s?b?["'](?:[\w-]{0,30}authorization|(?:set-)?cookie|x-[\w-]{1,40}(?:token|key"#
        + #"|secret))["'],\s{0,8}b?(?<q>["'])(?!"#
        + SecretNames.mask + #"?\k<q>)(?<v>[^"'\r\n]{4,4096}+)"#),
    pattern(
      #"[\[(]b?["'][\w.-]{0,40}"# + strong + #"["'],\s?b?(?<q>["'])(?!"# + SecretNames.mask + #"?\k<q>)"#
        + #"(?<v>(?:(?!\k<q>).)++)\k<q>[\])]"#),
    // auth=('bob', '…'), Credentials("bob", "…")
    pattern(
      #"(?:auth|credentials?|login)(?:\s?=\s?)?\(\s?["'][^"'\r\n]{0,128}["'],\s?["']"#
        + #"(?<v>[^"'\r\n]{1,512}+)["']"#),
  ]

  // MARK: Addresses

  private static let addresses: [RedactionPattern] = [
    // postgres://user:password@host; with a slash in the password only where no other reading is left.
    pattern(
      #"[a-z][a-z0-9+.-]{1,20}:(?:\\?/){2}(?!\[)[^\s:/?#@"'<>\\]{0,256}+:(?!"# + SecretNames.mask + #"@)(?![0-9]"#
        + #"++[?#/])"#
        + #"(?:(?<v>[^\s/"'<>\\]{1,512})@(?!sha[0-9])|(?<v>[^\s"'<>\\]{1,512}?)@(?!sha[0-9]))"#),
    pattern(#"https?:(?:\\?/){2}(?!<)(?<v>[^\s:/?#@"'<>\\]{1,512}+)@"#),
    // user:password@tcp(host:port), user:password@host:port
    pattern(
      #"(?<![\w.:/@-])(?!mailto:|sips?:|xmpp:|ssh:|acct:|git:|npm:)[\w.+-]{1,64}:(?!"# + SecretNames.mask
        + #"@)(?<v>[^\s:@/"'<>(),]{1,256})@(?:(?:tcp|unix|udp)\(|(?!sha[0-9])[\w.-]{1,253}:[0-9]{2,5}(?![0-9.]))"#),
    // jdbc:oracle:thin:app/password@host, sqlplus app/password@service
    pattern(
      #"(?:jdbc:oracle:\w{1,10}:|(?<![\w])(?:sqlplus|sqlldr|rman|expdp?|impdp?)\s(?:-\w{1,10}\s){0,4}"#
        + #"|userid=)["']?[\w$#]{1,64}/(?:"(?<v>[^"\r\n]{1,256}+)"|(?<v>[^\s@/"']{1,256}+))"#),
    // The code of a login, where an address looks like one of a login or the code looks like one.
    pattern(
      #"(?:(?:callback|oauth2?|authorize|auth|login|signin|sso|oidc|openid"#
        + #"|connect)[^\s?"'<>]{0,64}\?(?:[^\s"'<>]{0,256}?&)?code="#
        + #"|[?&]state=[^\s&"'<>]{1,512}+&code=|authorization_code&(?:[^\s"'<>]{0,256}?&)?code="#
        + #"|[?&]code=(?=[^\s&"'<>]{4,512}&state=))(?!"# + SecretNames.mask + #"(?![^\s"'&]))(?<v>[^\s&"'<>\\]{4,}+)"#),
    pattern(
      #"[?&]code=(?=[\w%./~-]{0,64}[0-9])(?=[^&\s]{0,64}[a-z])(?![A-Z0-9_-]{1,19}(?![\w%./~-]))(?-i:"#
        + #"(?<v>[\w%./~-]{16,}+))"#),
    // /reset-password/…, /verify/…, /magic-link/…
    pattern(
      #"/(?:(?:password[-_/]?)?(?:reset|recover|forgot)(?:[-_/]?(?:password|account|confirm|token))?"#
        + #"|magic[-_]?(?:link|login)|passwordless"#
        + #"|verify(?:[-_/]?e?-?mail)?|activat(?:e|ion)(?:[-_/]account)?|confirm(?:[-_]?(?:email|account))"#
        + #"|unlock(?:[-_]account)?"#
        + #"|(?:accept[-_]?)?invit(?:e|ation)s?|one[-_]?time)(?:/[a-z0-9]{1,6})?/(?=[\w.~-]{0,64}[0-9])"#
        + #"(?<v>[\w.~=:-]{12,}+)"#),
    pattern(
      #"[?&](?:reset|confirm|verify|invite|magic|activation|hash|sig|auth|key|ticket|jwt|otp"#
        + #"|nonce)=(?=[\w%./~-]{0,64}[0-9])(?=[^&\s]{0,64}[a-z])(?<v>[\w%.~+/=-]{20,}+)"#),
  ]

  // MARK: Names and values

  private static let assignments: [RedactionPattern] = [
    // password=…, "api_key": "…", 'token' => '…', Password:[104 117 110], PWD={a;b}
    pattern(
      strong + "(?:" + sign
        + #"(?:\s{0,12}"# + byteList + #"|\s{0,12}"# + wrapper + quoted
        + #"|\{(?<v>[^{}"':=\r\n]{1,256}+)\}"#
        + #"|[ \t]{0,12}"# + wrapper + #"(?!\\*+["'`])"# + noMask + noLooseProse + bareStart + "(?<v>" + bare + "{3,}+)"
        + #"|(?!\\*+["'`])"# + noMask + bareStart + "(?<v>" + bare + "{1,2}+)"
        + #")"#
        // <token type="x">…</token>, <key>password</key><string>…</string>
        + #"|(?:\s[^<>\r\n]{0,200}+)?>(?:\s?<!\[CDATA\[)?(?!"# + SecretNames.mask + #"[<\]])"#
        + #"(?<v>[^<\r\n]{1,1024}+)(?=<\/)"#
        + #"|["']?>?\s{0,8}</[\w:]{1,20}>\s{0,12}<[\w:]{1,20}(?:\s[^<>]{0,64}+)?>(?!"# + SecretNames.mask + #"<)"#
        + #"(?<v>[^<\r\n]{1,1024}+)</"#
        // "name":"password","value":"…"; key="Password" value="…"; name: DB_PASSWORD, next line value: …
        + #"|["']?\s{0,4}[,;]?\s{0,12}["']?(?<![a-z])(?:value|val|content)["']?\s{0,3}(?:=>|[:=])\s{0,3}(?:"# + quoted
        + #"|(?!["'])"# + noMask + bareStart + "(?<v>" + bare + "{1,}+))"
        // <input name="password" value="…">
        + #"|["']\s(?:[\w-]{1,20}=["'][^<>\r\n"']{0,40}["']\s){0,3}value=["'](?<v>[^"'\r\n]{1,512}+)"#
        // {password,<<"…">>}
        + #"|(?<=\{password|\{passwd|\{pwd|\{secret|\{token),\s?(?:<<)?"# + quoted
        // password "…": not of a token or a secret, which have names
        + #"|(?<=password|passwd|passphrase|:token|:secret|:api-key)[ \t]{1,3}(?:(?:as|is|to|=)\s)?"# + quoted
        // with password …, a password changed to …: letters and digits
        + #"|(?<=password|passwd|passphrase)\s(?:(?:(?:was |is )?(?:changed|set"#
        + #"|reset) )?to )?(?=[a-z]{0,64}[0-9])(?=[0-9]{0,64}[a-z])(?<v>[^\s"'`,;:=()]{6,}+)"#
        // the password is …
        + #"|\s(?:is|was)\s?:?\s{1,2}["'`]?(?=[^\s"'`<]{0,64}[0-9])(?<v>[^\s"'`,;]{4,}+))"#),
    // "value":"…","name":"password"
    pattern(
      #""value"\s?:\s?"(?<v>[^"\r\n]{1,1024}+)"\s?,\s{0,12}"(?:name|key)"\s?:\s?"[^"\r\n]{0,40}"# + strong
        + "\""),
    // A field of a form that was sent in parts.
    pattern(
      #"name=\\?["']?[\w.\[-]{0,40}"# + strong + #"[\w.\]-]{0,20}\\?["']?"#
        + #"(?:\r?\n[\w-]{1,40}:[^\r\n]{0,200}+){0,3}+(?:\r?\n){2}(?<v>[^\r\n]{1,1024}+)"#),
    // With blanks, between others of a list: Foo(name=x, password=two words), ;Password=two words;
    pattern(
      #"[({,;\[]\s?[\w.]{0,40}"# + strong + #"=(?!["'\[{(])"# + noMask + #"(?<v>[^,;"#
        + #"(){}\[\]\r\n"']{1,128}+)(?=[;)}\]]|,\s?[\w.]{1,40}=)"#),
    pattern(
      #"[{ ](?-i:[\w.]{0,40}(?:Password|Secret|Token|Passphrase)):(?![ "'\[{(])"#
        + #"(?<v>[^:{}\[\]\r\n"']{1,128}?)(?=(?-i: [A-Z]\w{0,40}:)|\})"#),
    // Names that are often of something else: a number stays there.
    pattern(
      #"(?:(?<![a-z])(?:pass|pw)|(?<=[_-])pass|(?-i:(?<=[a-z])Pass))(?:\\*+["'`]\]?\s{0,3}(?:=>|[:=])\s{0,12}"#
        + #"|\]?(?:=>|=(?!=)|(?<=[_-]pass):\s?))(?:"#
        + wrapper + quoted + #"|(?!["'`]|[0-9]{1,5}(?![^\s"',;&)]))"# + noMask + bareStart + "(?<v>" + bare
        + "{1,}+))"),
    pattern(
      #"(?<![a-z])(?:sess|sid|s_id)(?:\\*+["'`]\]?\s{0,3}(?:=>|[:=])\s{0,12}["']?|=|:\s?["']?)(?!S-1-"#
        + #"|[0-9]{1,9}(?![\w.%+/-]))"#
        + #"(?=[\w.%+/:-]{0,64}[0-9]|[\w.%+/-]{12})(?<v>[\w.%+/~=:-]{4,}+)"#),
    pattern(
      #"(?<![a-z])session(?:\\*+["'`]\]?\s{0,3}(?:=>|[:=])\s{0,3}["']?"#
        + #"|=)(?![0-9]{1,12}(?![\w%+/-]))(?=[a-z.%+/_-]{0,64}[0-9])(?<v>[\w.%+/~-]{12,}+=*+)"#),
    pattern(
      #"(?<![a-z])(?:sig|signature|hmac|x-hub-signature(?:-256)?)(?:\\*+["'`]\]?\s{0,3}(?:=>|[:=])\s{0,3}["']?"#
        + #"|[=:]\s?["']?)"#
        + #"(?=[a-z.%+/_-]{0,64}[0-9])(?<v>[\w.%+/~=-]{8,}+)"#),
    pattern(
      #"(?<![a-z])auth(?:\\*+["'`]\s{0,3}[:=]\s{0,3}["']|=["']?)(?=[\w+/.:-]{0,64}(?-i:[A-Z]"#
        + #"|=))(?=[a-z+/.:-]{0,64}[0-9=])(?<v>[\w+/.:-]{8,}+={0,2})"#),
    // your code is 123456
    pattern(
      #"(?:(?:one[- ]?time|verification|security|login|log-in|sign-?in|access|authentication|confirmation"#
        + #"|mfa|2fa)\s(?:pass)?code|otp(?:\scode)?|(?<![a-z])pin)\s?(?:is|=|:)?\s?:?\s(?<v>[0-9]{4,10}"#
        + #"|[0-9]{3}[- ][0-9]{3})(?![0-9.:])"#),
  ]

  /// After `: ` a word may be one of a sentence; a value that stands at its sign is none.
  private static let noLooseProse = #"(?!(?<=[ \t])"# + SecretNames.prose + #"(?![^\s"',;&)\]}!.:\\]))"#

  // MARK: Command lines

  private static let given = #"(?:\s{1,3}|=|["'],\s{0,3}["']|["']\s["'])"#
  private static let argument = #"(?:(?<q>["'])(?<v>(?:(?!\k<q>).)++)|(?<v>[^\s"',;|)\]]{1,512}+))"#

  private static let commandLines: [RedactionPattern] = [
    // --password x, '--token', 'x', -storepass x
    pattern(
      #"(?<![\w-])--?(?:[a-z0-9]{1,20}[_-]?){0,4}?(?:"# + strong + #"|pass(?:in|out)?|pw)(?:\s{1,3}"#
        + #"|["'],\s{0,3}["']|["']\s["'])(?![-|>&(\[]|pass:)"#
        + noMask + noProse + argument),
    // curl -u user:password, smbclient -U user%password
    pattern(
      #"(?<![\w-])(?:-u|--user|--proxy-user|-U)(?:\s{0,3}|="#
        + #"|["'],\s{0,3}["'])["']?(?![0-9]{1,6}:[0-9]{1,6}(?!\w))[\w.\\/@+-]{1,128}:(?!//|"#
        + SecretNames.mask + #"(?![^\s"',\\]))(?<v>[^\s"',]{1,512}+)"#),
    pattern(#"(?-i)(?<![\w-])-U\s?["']?[\w.\\/@+-]{1,128}%(?<v>[^\s"',]{1,512}+)"#),
    // mysql -ppassword
    pattern(
      #"(?<![\w-])(?:mysql|mariadb)[\w-]{0,20}["',\s]{1,4}[^\r\n|;]{0,256}?(?<=["'\s])(?-i:-p)(?![\s"',]"#
        + #"|ort)(?<v>[^\s"',]{1,256}+)"#),
    // Of programs that take it as -p, -P, -a, -pw, -w.
    pattern(
      #"(?<![\w-])(?:(?:sshpass|(?:docker|podman|helm\sregistry|az|cf|oc|skopeo|buildah)["',\s]{1,5}login"#
        + #"|mongo(?:sh|dump|restore|export|import)?|cqlsh|htpasswd)"#
        + #"["',\s]{1,4}[^\r\n|;]{0,256}?(?<=["'\s])(?-i:-p)["',]{0,2}\s{0,2}|(?:sqlcmd|bcp)["',\s]{1,4}[^\r\n"#
        + #"|;]{0,256}?(?<=["'\s])(?-i:-P)["',]{0,2}\s{0,2}"#
        + #"|redis-cli["',\s]{1,4}[^\r\n|;]{0,256}?(?<=["'\s])(?-i:-a)["',]{0,2}\s{1,2}|(?:plink|pscp"#
        + #"|psftp)(?:\.exe)?["',\s]{1,4}[^\r\n|;]{0,256}?(?<=["'\s])-pw["',]{0,2}\s{1,2}"#
        + #"|ldap(?:search|modify|add|delete|passwd|whoami)["',\s]{1,4}[^\r\n"#
        + #"|;]{0,256}?(?<=["'\s])(?-i:-w)["',]{0,2}\s{0,2})["']?(?!-)"# + noMask
        + #"(?<v>[^\s"',]{1,256}+)"#),
    pattern(
      #"(?<![\w-])(?:htpasswd\s-\w{0,8}b\w{0,8}\s\S{1,256}\s\S{1,128}\s(?<v>[^\s"']{1,256}+)"#
        + #"|(?:echo|printf)\s(?:-n\s)?["']?(?<v>[^\s"'|]{1,256}+)["']?\s?\|\s?(?:sudo\s(?:-\w\s)?-S"#
        + #"|docker\slogin|passwd|chpasswd))"#),
    // openssl -passin pass:x
    pattern(#"-pass(?:in|out)?["',]{0,2}\s{1,2}["']?pass:(?<v>[^\s"',]{1,256}+)"#),
    // curl -b 'a=b', --cookie a=b
    pattern(#"(?<![\w-])(?:-b|--cookie)"# + given + #"["']?(?<v>[\w.-]{1,64}=[^\r\n"']{2,4096}+)"#),
  ]

  // MARK: Statements and dialogues

  private static let statements: [RedactionPattern] = [
    // IDENTIFIED BY 'x', PASSWORD('x'), crypt('x', …)
    pattern(
      #"(?:identified\s(?:with\s["'\w]{1,64}\s)?(?:by|as)\s(?:password\s|values\s)?"#
        + #"|(?<![a-z])(?:(?:old_)?password|crypt|encode_password)\()\s?(?:"# + quoted
        + #"|(?<=by )(?!["'])(?=[a-z]{0,64}[0-9])(?<v>[^\s"';]{4,}+))"#),
    // AUTH PLAIN x, "AUTH" "x", > PASS x
    pattern(#"(?-i)\bAUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5|SCRAM-SHA-[0-9]{1,3}) (?<v>[A-Za-z0-9+/]{8,}+={0,2})"#),
    pattern(
      #""auth"\s(?:"[^"\r\n]{0,128}"\s)?"(?<v>[^"\r\n]{1,512}+)"|(?:requirepass"#
        + #"|masterauth)\s(?<v>[^\s"']{1,512}+)"#),
    pattern(#"(?-i)(?:(?<!-)>\s?|[Cc]ommand:?\s)PASS\s(?!<)(?<v>[^\s"]{1,256}+)"#),
    // .netrc, .pgpass
    pattern(#"login\s\S{1,64}\spassword\s(?<v>\S{1,256}+)"#),
    pattern(#":5432:[\w*]{1,64}:[\w.*-]{1,64}:(?<v>[^\s:]{1,256}+)"#),
  ]
}
