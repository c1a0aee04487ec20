"""What people type when they are asked for a password, and guessers try first.

Passwords here have at least twelve characters, and of the ten thousand most common ones (nearly all
shorter) only what is built from such pieces reaches that length. So the pieces are listed, and
`password_rules` takes passwords apart into them. The words were gathered by hand: no licence-free
list came with a package that the project needs.
"""

_WORDS = """
password passwort passwd pass passw passe passord wachtwoord motdepasse contrasena contraseña senha
haslo hasło heslo parola parool salasana slaptazodis slaptažodis parole lozinka jelszo jelszó
kodeord losenord lösenord passphrase passcode passkey pwd mypassword mypass newpassword newpass
oldpassword yourpassword thepassword thispassword password123 nopassword notpassword secret secrets
topsecret supersecret geheim tajne private confidential hidden letmein letmeinnow openup opensesame
sesame enter entrance access accessgranted default guest login logon logmein signin signup welcome
welcomeback willkommen bienvenue bienvenido bemvindo hello hellothere helloworld hallo hola bonjour
ciao namaste salut aloha howdy goodbye admin admins administrator administrador sysadmin superadmin
superuser root toor rootroot user users username myname owner master masterkey webmaster moderator
manager operator system systems server service support helpdesk office company business corporate
internal public demo sample example test tests tester testing testtest testuser testpass temp
temporary tempor change changeme changethis changeit changemenow pleasechange fixme replace reset
resetme forgot forgotten forget remember rememberme whatever nothing something anything everything
nobody somebody anybody everybody unknown undefined null none blank empty computer computers laptop
desktop keyboard monitor mouse printer network internet intranet online offline website webpage
email mailbox gmail hotmail yahoo outlook google facebook instagram twitter tiktok youtube linkedin
myspace whatsapp telegram skype discord github microsoft windows linux ubuntu debian apple macbook
iphone ipad android samsung nokia sony toshiba lenovo dell hewlett packard intel nvidia oracle cisco
adobe amazon netflix spotify paypal ebay database mysql postgres postgresql redis docker kubernetes
python java javascript iloveyou iloveu iloveme iloveyousomuch iloveyou2 loveyou loveme lovely lovers
lover loveit love loves loving mylove truelove iloveher iloveit ihateyou ihate hate hateyou youandme
youandi babygirl babyboy babydoll baby babe babycakes sweetheart sweetie sweet sweety honey honeybee
darling beautiful gorgeous pretty princess prince queen king kings kingdom royal angel angels
angelito angelica heaven paradise destiny forever always together friend friends friendship
bestfriend bestfriends family families mother mothers mommy mummy father fathers daddy papa mama
sister sisters brother brothers grandma grandpa husband wife girlfriend boyfriend girl girls boy
boys man woman women people person child children kids monkey monkeys dragon dragons tiger tigers
lion lions eagle eagles falcon falcons hawk hawks panther panthers cougar cougars jaguar leopard
cheetah wolf wolves wolfpack bear bears teddybear panda pandas koala rabbit bunny kitten kittens
kitty hellokitty pussycat pussy cat cats dog dogs doggy doggie puppy puppies horse horses pony
mustang stallion turtle turtles dolphin dolphins shark sharks whale penguin penguins duck ducks
chicken rooster cowboy cowboys buffalo elephant giraffe zebra snake snakes cobra viper spider
spiderman scorpion butterfly ladybug bird birds phoenix unicorn football futbol fussball soccer
baseball basketball volleyball softball hockey tennis golf golfer golfing boxing wrestling racing
cricket rugby swimming running runner skating skateboard snowboard surfing surfer gymnast fishing
hunting hunter climber cycling biking sports sport player players gamer gaming games game champion
champions winner winners winning victory liverpool arsenal chelsea manchester united manutd mancity
everton tottenham barcelona realmadrid madrid juventus milan inter bayern dortmund ajax benfica
porto celtic rangers yankees redsox lakers celtics bulls chicago cubs steelers packers patriots
broncos raiders giants dodgers braves spartak zenit dynamo superman batman ironman hulk thor
avengers wolverine deadpool captain america marvel starwars skywalker darthvader vader yoda jedi
stormtrooper startrek enterprise matrix terminator rambo rocky godzilla pokemon pikachu charizard
naruto sasuke goku dragonball onepiece mario luigi nintendo playstation xbox minecraft fortnite
roblox warcraft starcraft counterstrike halo zelda sonic tetris harrypotter potter hogwarts
gryffindor dumbledore voldemort gandalf frodo legolas aragorn mordor tolkien hobbit simpsons homer
bart scooby snoopy garfield mickey mickeymouse minnie donald donaldduck goofy winnie pooh tigger
tinkerbell cinderella ariel simba nemo shrek spongebob patrick metallica nirvana slipknot greenday
linkinpark eminem tupac beatles acdc elvis madonna blink182 rockstar rocknroll rockyou music musica
guitar guitars piano drums drummer summer summertime winter spring autumn fall sunshine sunny sunset
sunrise sunlight sunflower moonlight moon star stars starlight rainbow rainbows shadow shadows
thunder lightning storm hurricane tornado cloud snow snowball snowflake snowman rain fire firefly
flame burning ice iceman freedom liberty peace peaceful harmony nature forest mountain mountains
river ocean sea beach island earth world planet universe galaxy cosmos space rocket nasa flower
flowers rose roses lily daisy violet orchid tulip jasmine lavender cherry strawberry banana apples
orange oranges lemon lemons peach peaches mango pineapple coconut grape watermelon tomato potato
pumpkin pepper ginger cinnamon vanilla chocolate cookie cookies candy cupcake cheese cheesecake
pizza burger hamburger spaghetti noodle sushi taco burrito bacon butter pancake muffin biscuit sugar
coffee cappuccino beer vodka whiskey tequila wine red green blue yellow purple pink black white
brown silver golden gold diamond diamonds crystal crystals emerald ruby sapphire pearl platinum
copper bronze steel iron metal ferrari porsche lamborghini mercedes audi volkswagen toyota honda
nissan mazda subaru suzuki yamaha kawasaki harley harleydavidson corvette camaro chevrolet chevy
dodge ford jeep hummer january february march april may june july august september october november
december monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday weekend
holiday holidays vacation birthday christmas xmas halloween easter newyear happy happyday
happynewyear happybirthday merry merrychristmas lucky luckyday goodluck good morning night
goodmorning goodnight blessed blessing jesus jesuschrist jesuslovesme jesusislord christ god
godisgood godislove godbless church faith hope grace trust trustno1 trustnoone believe believer amen
allah bismillah inshallah mohammed muhammad buddha krishna shiva ganesh michael michelle jessica
jennifer ashley amanda daniel daniela danielle david robert richard william thomas charles charlie
christopher christian christina joseph joshua jonathan jordan matthew andrew andrea andreas anthony
antonio alexander alexandra alexandre alejandro alex nicholas nicole nicolas natalie natasha natalia
benjamin samantha samuel stephanie steven stephen sebastian sandra sarah patricia victoria victor
vanessa veronica valentina vladimir elizabeth emily emma hannah heather isabella james jason john
johnny justin katherine kevin kimberly laura lauren linda lisa lucas madison maggie maria marina
martin martina mary melissa monica morgan oliver olivia pamela peter philip rachel rebecca roman
ronald ronaldo messi sergei sergey sophia sophie svetlana tatiana tatyana taylor tiffany vincent
walter xavier yolanda zachary abigail adrian albert alfredo alice amelia angela anna annie arthur
barbara beatrice bernard bianca brandon brian bruce carlos carmen caroline catherine claudia dennis
dmitri dmitry donna dorothy edward eduardo elena eugene fernando francis francisco frank gabriel
gabriela george gerald giovanni giulia gregory guillermo harold harry helen henry igor irina ivan
jacob jacqueline jeffrey joanna julia julian karen katrina kenneth larry leonardo louis luis manuel
marcus margaret mariana mark max mike miguel nancy nathan nikita oleg oscar pablo paul pavel raymond
ricardo roberto rodrigo roger russell ruth ryan scott shannon sharon simon sofia stella susan teresa
theresa timothy tina tyler ursula wayne wendy yuri american canada mexico brazil brasil argentina
colombia england london scotland ireland irish wales britain france french paris germany german
deutschland berlin hamburg munich austria vienna italy italia italian roma rome spain espana spanish
portugal lisbon greece athens turkey istanbul russia russian rossiya moscow moskva ukraine kyiv kiev
poland polska polish warsaw lithuania lietuva vilnius latvia latvija riga estonia eesti tallinn
romania bucharest bulgaria serbia croatia hungary budapest czech prague slovakia sweden sverige
norway norge denmark danmark finland suomi holland netherlands belgium brussels switzerland europe
european asia africa australia india indian china chinese beijing japan japanese tokyo korea taiwan
singapore newyork california texas florida hawaii vegas lasvegas hollywood boston dallas denver
detroit miami seattle washington virginia carolina georgia alabama montana dakota abc abcd abcde
abcdef qwe qwer qwert qwerty qwertz azerty asd asdf asdfg asdfgh zxc zxcv zxcvb zxcvbn qaz wsx edc
qazwsx qazwsxedc zaq zaqwsx zaq12wsx xsw asdfjkl asdasd qweasd qweasdzxc qweqwe zxczxc asdqwe aaa
bbb xxx zzz foo bar foobar foobaz lorem ipsum loremipsum correct correcthorse
correcthorsebatterystaple battery staple killer killers killme kill death dead die evil devil demon
demons satan lucifer vampire zombie zombies ghost monster monsters warrior warriors knight knights
soldier sniper ninja samurai pirate pirates assassin assassins gangster gangsta thug army marine
marines navy airforce military police security secure safe safety danger dangerous fuck fucker
fuckyou fuckyou2 fuckoff fuckme fucking fuckthis motherfucker asshole bitch bitches bullshit shit
sexy sexygirl sexyboy hotgirl hottie sex porn playboy naughty awesome amazing perfect cool coolgirl
coolguy great super superstar mega ultra power powerful strong strength money moneymoney cash dollar
rich richie million millionaire bitcoin crypto boss bigboss bigdaddy bigdog bigboy bigman biggie
little littleone number one numberone only first last first1 never neverland again imagine dream
dreams dreamer smile smiley laugh laughing crazy crazygirl mad insane genius smart clever student
students teacher teachers school university college class library science history english lesson
study doctor nurse engineer lawyer artist writer driver pilot news newspaper journal journalist
media press radio television article articles editor research researcher project projects survey
label labels labeler labeller labelling labeling annotate annotation annotations dataset data
framing stance frame frames source sources please thanks thankyou sorry yes yesyes okay why because
about right wrong true false blahblah blah haha hahaha lol lmao omg wtf yolo swag the and for you
your our with this that these those thisis thatis iam youare mine not пароль парол привет любовь
люблю любимый любимая солнце солнышко наташа россия москва украина александр андрей сергей дмитрий
владимир максим никита админ администратор секрет котенок пароли приветик здравствуй йцукен фыва
фывапролдж йцу ячсмить
"""
WORDS = frozenset(_WORDS.split())

# Neighbours on a keyboard or in a counting order; read in both directions, from any place.
WALKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiopü",
    "yxcvbnm,.-",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaqxswcdevfrbgtnhymjukilop",
    "zaq12wsxcde34rfvbgt56yhn",
    "!qaz@wsx#edc$rfv",
    "!@#$%^&*()_+",
    "147258369",
    "741852963",
    "159357",
    "a1b2c3d4e5f6g7h8i9",
    "1a2b3c4d5e6f7g8h9i",
)
