/// Keys of known services, which their first letters give away wherever they stand.
///
/// From what the services say of the form of their keys. Lengths are taken looser than theirs: the beginning is telling, and
/// a key that was cut is half a key.
enum ServiceKeys {
  static let patterns: [RedactionPattern] = [
    BuiltinRedactions.pattern(
      #"(?<![A-Za-z0-9])(?:"# + (code + clouds + services + models).joined(separator: "|") + ")", .secret),
    // A number, then a secret: of Telegram's bots.
    BuiltinRedactions.pattern(#"(?<![0-9A-Za-z])(?:bot)?(?<v>[0-9]{8,10}:AA[\w-]{30,}+)"#, .secret),
    // Addresses that let whoever has them write.
    BuiltinRedactions.pattern(
      #"(?i)(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/"#
        + #"|\.webhook\.office\.com/webhookb2/|hooks\.zapier\.com/hooks/catch/|maker\.ifttt\.com/trigger/"#
        + #"|api\.telegram\.org/bot|hook\.[\w.]{1,20}make\.com/|/hooks/(?=[a-z0-9]{26}(?![a-z0-9]))"#
        + #"|oapi\.dingtalk\.com/robot/send\?access_token=|open\.feishu\.cn/open-apis/bot/v2/hook/"#
        + #"|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=)(?<v>[^\s"'<>\\,;?&]{3,}+)"#, .secret),
  ]

  /// Where code and packages are kept, and built.
  private static let code = [
    #"gh[pousr]_[0-9A-Za-z]{16,}+"#, #"github_pat_\w{10,}+"#,
    #"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|oas|ffct|wt)-[\w.-]{10,}+"#, #"GR1348941[\w-]{10,}+"#,
    #"npm_(?=[A-Za-z]*+[0-9])[0-9A-Za-z]{20,}+"#, #"pypi-(?=[a-z-]{0,32}+[A-Z0-9])[\w-]{16,}+"#,
    #"rubygems_[0-9a-f]{16,}+"#, #"cio[0-9A-Za-z]{32}\b"#, #"oy2[a-z0-9]{43}\b"#, #"dckr_[op]at_[\w-]{10,}+"#,
    #"CLOJARS_[0-9a-z]{20,}+"#, #"AKCp[0-9A-Za-z]{10,}+"#, #"cmVmdGtu[0-9A-Za-z+/=]{20,}+"#, #"CCIPAT_\w{10,}+"#,
    #"bkua_[0-9a-f]{16,}+"#, #"sq[pau]_[0-9a-f]{32,}+"#, #"AT(?:ATT|CTT|BB)[\w=-]{20,}+"#,
    #"PMAK-[0-9a-f]{20,}+(?:-[0-9a-f]++)?+"#, #"figd_[\w-]{16,}+"#, #"lin_(?:api|oauth)_\w{16,}+"#,
    #"ntn_[0-9A-Za-z]{20,}+"#, #"secret_[0-9A-Za-z]{40,}+"#, #"pat[0-9A-Za-z]{14}\.[0-9a-f]{32,}+"#,
    #"[0-9]/[0-9]{10,20}:[0-9a-f]{32}\b"#, #"sntr[yu]s_[\w=+/-]{16,}+"#,
  ]

  /// Machines, storage, secrets of secrets.
  private static let clouds = [
    #"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"#, #"ABSK[0-9A-Za-z+/=]{40,}+"#, #"amzn\.mws\.[0-9a-f-]{36}"#,
    #"AIza[\w-]{30,}+"#, #"ya29\.[\w-]{10,}+"#, #"1//0[\w-]{20,}+"#, #"GOCSPX-[\w-]{10,}+"#,
    #"LTAI[0-9A-Za-z]{12,}+"#, #"AKID[0-9A-Za-z]{13,}+"#, #"do[opr]_v1_[0-9a-f]{10,}+"#, #"SCW[0-9A-Z]{17}\b"#,
    #"[\w~.-]{3}8Q~[\w~.-]{30,}+"#, #"dapi[0-9a-f]{16,}+(?:-[0-9])?+"#, #"hv[sbr]\.[\w-]{10,}+"#,
    #"s\.(?=[A-Za-z]*+[0-9])[0-9A-Za-z]{24}\b"#, #"[0-9A-Za-z]{14}\.atlasv1\.[\w-]{20,}+"#, #"pul-[0-9a-f]{20,}+"#,
    #"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{16,}+"#, #"HRKU-[\w-]{20,}+"#, #"pscale_(?:tkn|pw|oauth)_[\w.-]{10,}+"#,
    #"sb[pa]_[0-9a-f]{20,}+"#, #"sb_(?:secret|publishable)_[\w-]{10,}+"#, #"fo1_[\w-]{20,}+"#,
    #"fm[12][ar]?_[\w+/=-]{30,}+"#, #"v1\.0-[0-9a-f]{24}-[0-9a-f]{40,}+"#, #"nfp_\w{20,}+"#,
    #"vc[pkaio]_[0-9A-Za-z]{20,}+"#, #"tskey-[\w-]{16,}+"#, #"2[0-9A-Za-z]{26}_[0-9A-Za-z]{21}\b"#,
    #"ops_eyJ[\w-]{20,}+"#, #"A3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})-(?:[0-9A-Z]{5}-?){3}"#,
    #"AGE-SECRET-KEY-1[0-9A-Z]{10,}+"#, #"AGE-PLUGIN-[0-9A-Z]++-1[0-9A-Z]{10,}+"#, #"glc_[0-9A-Za-z+/=]{20,}+"#,
    #"glsa_\w{20,}+"#, #"eyJrIjoi[0-9A-Za-z+/]{20,}+=*+"#, #"NR(?:AK|II|JS|AA|IQ|SP)-[\w-]{16,}+"#,
    #"[0-9a-f]{36}NRAL\b"#, #"sdk-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"#,
  ]

  /// Messages, payments, shops, offices.
  private static let services = [
    #"xox[a-z](?:\.xox[bp])?-[\w-]{8,}+"#, #"xapp-[\w-]{10,}+"#, #"(?:sk|rk|pk)_(?:live|test|prod)_\w{10,}+"#,
    #"whsec_[\w+/=]{10,}+"#, #"sq0(?:atp|csp|idp)-[\w-]{16,}+"#, #"EAA[0-9A-Za-z]{40,}+"#,
    #"SG\.[\w-]{10,}+\.[\w-]{10,}+"#, #"key-[0-9a-f]{32}\b"#, #"[0-9a-f]{32}-us[0-9]{1,2}\b"#,
    #"xkeysib-[0-9a-f]{16,}+(?:-\w++)?+"#, #"(?:SK|AC)[0-9a-f]{32}\b"#,
    #"shp(?:at|ca|pa|ss|ua|tka)_[0-9A-Fa-f]{10,}+"#, #"pat-(?:na|eu)[0-9]-[0-9a-f-]{20,}+"#, #"CFPAT-[\w-]{10,}+"#,
    #"shippo_(?:live|test)_[0-9a-f]{20,}+"#, #"EZ[AT]K[0-9A-Za-z]{40,}+"#, #"rzp_(?:live|test)_\w{10,}+"#,
    #"FLW(?:SECK|PUBK)[\w-]{16,}+"#, #"access_token\$(?:production|sandbox)\$[0-9a-z]{10,}+\$[0-9a-f]{20,}+"#,
    #"access-(?:sandbox|development|production)-[0-9a-f-]{36}\b"#, #"AQE[\w+/=-]{60,}+"#,
    #"[ps]k\.eyJ[\w-]{10,}+\.[\w-]{10,}+"#, #"tfp_[\w-]{20,}+"#, #"sl\.(?:u\.)?[\w-]{40,}+"#,
    #"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}+"#, #"AAAA[\w-]{7}:[\w-]{100,}+"#, #"AAAAAAAAAAAAAAAAAAAA[\w%]{20,}+"#,
    #"y0_[\w-]{30,}+"#, #"AQVN[\w-]{30,}+"#, #"pnu_\w{20,}+"#, #"rdme_\w{20,}+"#,
  ]

  /// Language models.
  private static let models = [
    #"sk-(?:ant|proj|svcacct|admin|or|lf|None)-[\w-]{8,}+"#, #"sk-[0-9A-Za-z]{20,}+"#,
    #"hf_(?=[a-z_]{0,64}+[0-9A-Z])[0-9A-Za-z]{16,}+"#, #"api_org_[0-9A-Za-z]{20,}+"#, #"gsk_[0-9A-Za-z]{20,}+"#,
    #"xai-[0-9A-Za-z]{20,}+"#, #"r8_[0-9A-Za-z]{20,}+"#, #"pplx-[0-9A-Za-z]{20,}+"#, #"pcsk_\w{20,}+"#,
    #"lsv2_(?:pt|sk)_\w{16,}+"#, #"nvapi-[\w-]{20,}+"#, #"tvly-[\w-]{16,}+"#,
  ]
}
