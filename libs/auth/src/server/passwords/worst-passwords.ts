/**
 * What is tried first, of at least eight characters, in small letters. Short on purpose: it stops what a delay of attempts would not; whoever wants a larger list gives it as an option.
 */
export const WORST_PASSWORDS: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 12345678910 123123123 11111111 111111111 00000000 000000000 0123456789 87654321 987654321 9876543210 12341234 11223344 1122334455 112233445566
  22222222 33333333 44444444 55555555 66666666 77777777 88888888 99999999 12121212 10203040 31415926 147258369 159753456 741852963 789456123 963852741 123654789
  password password1 password12 password123 password1234 password! passw0rd p@ssw0rd p@ssword p@ssw0rd1 pass1234 pass12345 passwort kennwort motdepasse contraseña senha123 wachtwoord
  qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwertz123 qwertzui qwertzuiop azerty123 azertyui azertyuiop 1qaz2wsx 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5
  zaq12wsx zaq1zaq1 qazwsxedc asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123 zxcvbnm, abcd1234 abc12345 abcdefgh abcdefg1 abcdefghi aaaaaaaa aa123456 a1234567 a12345678 a1b2c3d4 1a2b3c4d
  iloveyou iloveyou1 iloveyou2 sunshine sunshine1 princess princess1 football football1 baseball baseball1 basketball superman superman1 batman123 starwars pokemon1 pokemon123 dragon123
  monkey123 michelle jennifer jordan23 michael1 charlie1 ashley123 jessica1 elizabeth christian alexander victoria internet computer computer1 samsung1 samsung123 whatever trustno1
  welcome1 welcome12 welcome123 welcome2024 welcome2025 welcome2026 letmein1 letmein123 letmein! changeme changeme1 changeme123 changeit default1 default123 secret123 topsecret
  admin123 admin1234 admin12345 adminadmin administrator root1234 rootroot toor1234 test1234 test12345 testtest testing1 testing123 guest123 user1234 demo1234 login123 master123
  summer2024 summer2025 summer2026 winter2024 winter2025 winter2026 spring2024 spring2025 spring2026 autumn2024 autumn2025 autumn2026 january1 february monday123 liverpool
  chocolate cookie123 butterfly blink182 corvette mercedes mustang1 maverick midnight mountain november december september lovelove loveme123 hello123 hello1234 hellohello
  fuckyou1 fuckyou123 asshole1 killer123 shadow123 hunter123 ninja123 freedom1 jesus123 jesuschrist godisgood blessed1 happy123 flower123 minecraft fortnite roblox123 playstation google123
  facebook facebook1 linkedin linkedin1 instagram snapchat spiderman naruto123 matrix123 correcthorsebatterystaple`.split(/\s+/),
);
