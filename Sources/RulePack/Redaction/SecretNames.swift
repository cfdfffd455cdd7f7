/// The names whose values are secrets, and what stands in a secret's place and is none. Parts of patterns that look at letters
/// in either case.
enum SecretNames {
  /// With anything in front (`DB_PASSWORD`, `userToken`, `storepass` not: it has `pass` alone).
  static let strong =
    #"(?:(?:pass[_-]?(?:w(?:or)?d|wort|phrase|code|key)|(?<![a-z])psw?d|pwd|mot[_ -]?de[_ -]?passe|contrase(?:ñ|n)a"#
    + #"|(?<![a-z])senha|kennwort|wachtwoord|userpass|(?<![a-z])has(?:ł|l)o|пароль|密码|密碼|パスワード|비밀번호)"#
    + #"(?:[_-]?(?:hash(?:ed)?|digest|salt|confirm(?:ation)?|repeat|again|new|old|current|plain(?:text)?|raw|encrypted"#
    + #"|value|[0-9]{1,2}))?"#
    + #"|secret(?:[_-]?access)?(?:[_-]?(?:key(?:[_-]?base)?|string|binary|value|id|text))?"#
    + #"|(?:api|access|private|signing|encryption|decryption|license|account|master|app|auth|shared|storage"#
    + #"|subscription"#
    + #"|functions?|webhook|hmac|aes|jwt|session|deploy|client)[_-]?key(?:[_-]?(?:data|value|base64|pem|[0-9]))?"#
    + #"|token(?:[_-]?(?:value|hash))?"#
    + #"|(?:authorization|auth|device|verification|security|mfa|2fa|otp|totp|one[_-]?time|login|reset|recovery"#
    + #"|backup|access"#
    + #"|confirmation|activation)[_-]?code"#
    + #"|code[_-]?verifier|client[_-]?assertion|saml[_-]?(?:response|request)|connect\.sid"#
    + #"|session[_-]?(?:id|cookie)|(?:php)?sessid|aspsessionid[a-z]{0,8}"#
    + #"|(?<![a-z])(?:t?otp|cvv2?|cvc2?|cvn|pin|psk|pre-?shared-?key|credentials?|passwords?_hash)|(?<=_)pat"#
    + #"|(?<=[_:])auth)"#

  /// Masks, tokens of an earlier redaction, places of a template or a statement: no secret, if they are the whole value.
  static let mask =
    #"(?:\*++|x{3,}+|\.{3,}+|•++|-|\?|<[a-z][a-z0-9 _-]*+>|\[[a-z _-]++\]|\$\{[^}\s]{0,128}+\}"#
    + #"|\$\([^)\s]{0,128}+\)|\$[0-9]++"#
    + #"|\{{1,2}+\s?[\w.]{0,64}+\s?\}{1,2}+|%\(\w{0,64}+\)s|%[sdv]|:\w{1,64}+|@p[0-9]++|[0-9]{1,2}|<%=[^%]{0,64}+%>"#
    + #"|redacted|filtered|hidden|masked|removed|stripped|null|none|nil|undefined|true|false|required|optional|invalid"#
    + #"|incorrect|wrong|missing|expired|empty|unset|must|should|cannot|changed|updated|reset|denied|failed|string"#
    + #"|bytes|bool|str|int|password|passwd|passphrase|token|secret|api_?key|pwd|value|text)"#

  /// Words of a sentence, where a blank parts the value from its name.
  static let prose =
    #"(?:is|was|are|has|have|had|does|did|do|not|no|yes|ok|too|to|of|for|from|in|on|at|by|with|and|or|the|an?|if"#
    + #"|when|as|be|it"#
    + #"|this|that|your|please|use|using|try|enter|set|get|given|provided|received|found|present|absent|valid|verified"#
    + #"|verification|validation|authentication|authorization|signature|rejected|accepted|revoked|refresh(?:ed)?"#
    + #"|rotated"#
    + #"|generated|created|deleted|issued|stored|unknown|unexpected|unauthorized|forbidden|mismatch(?:ed)?"#
    + #"|malformed|error"#
    + #"|failure|success|succeeded|ok|enabled|disabled|length|minimum|maximum|can't|doesn't|can|could|will|would"#
    + #"|may|than"#
    + #"|requires?|needs|expects?|option|flag|field|file|user|login|type|count|only|already|still|after|before|until)"#
}
