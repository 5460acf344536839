// What people choose first, in the languages of our hotels: what published lists of leaked
// passwords have in common once digits and signs are taken away. Words, so that password_rules
// finds their variations.
#include <algorithm>

#include "base/text.hpp"
#include "identity/password_rules.hpp"

namespace agente::identity {
namespace {

constexpr std::string_view words =
    // of the matter itself
    "password passwords passwort passwd pass passw passcode passphrase contrasena contrasenia clave "
    "claves senha senhas secret secreto secreta segredo segreto geheim parola motdepasse mypassword "
    "mypass newpassword oldpassword password1 thepassword nopassword changeme changeit change letmein "
    "letmeinnow openup opensesame sesame default guest guests login logon signin entrar ingresar acceso "
    "access accessgranted enter welcome welcomeback willkommen bienvenido bienvenida bienvenidos bemvindo "
    "benvenuto bienvenue hello hellothere helloworld hola holamundo hallo ola oi ciao admin "
    "administrator administrador admins root toor superuser super superadmin sysadmin system sistema "
    "sistemas user username usuario users test tester testing test123 testtest prueba pruebas teste "
    "demo example ejemplo exemplo sample temp temporal temporary tempo master maestro server servidor "
    "service servicio support soporte suporte help helpdesk ayuda backup database oracle postgres "
    "mysql redis docker linux ubuntu windows microsoft google facebook instagram twitter youtube "
    "whatsapp apple android samsung iphone internet computer computador computadora ordenador laptop "
    "security seguridad seguranca secure seguro private privado public publico manager gerente "
    "director owner dueno boss jefe office oficina work trabajo trabalho company empresa business "
    // of our trade
    "hotel hotels hoteles hoteis hostel hostal posada pousada resort motel inn suite suites room rooms "
    "habitacion habitaciones quarto quartos reception recepcion recepcao receptionist recepcionista "
    "front frontdesk desk booking bookings reserva reservas reservation reservations checkin checkout "
    "guesthouse concierge lobby housekeeping breakfast desayuno bar restaurant restaurante spa beach "
    "playa praia pool piscina travel viaje viajes viagem tourism turismo turista vacation vacaciones "
    "ferias holiday holidays agente agentes agent agents agentehotel agente-hotel "
    // keys beside each other
    "qwerty qwertyu qwertyui qwertyuiop qwert qwer qwe asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl "
    "zxcv zxcvb zxcvbn zxcvbnm qazwsx qazwsxedc qaz wsx edc wasd azerty azertyuiop qwertz qwertzuiop "
    "poiuy poiuyt lkjhg lkjhgf mnbvc mnbvcxz asd asdasd qweqwe zxczxc qweasd qweasdzxc asdzxc abc abcd "
    "abcde abcdef abcdefg abcdefgh xyz xxx aaa zzz aaaa zzzz abcabc "
    // love and such
    "love lover lovely loveme loveyou iloveyou iloveu ilove iloveme iloveme teamo tequiero amor "
    "amoreterno amorcito amore micorazon corazon coracao mivida vida life beautiful hermosa hermoso "
    "bonita bonito linda lindo princess princesa princesita prince principe queen reina rainha king rey "
    "rei angel angelito angela angels baby bebe babygirl babyboy honey cielo sweet sweetheart sweetie "
    "darling sexy sexygirl hottie cutie kiss kisses beso besos forever siempre foreverlove together "
    "juntos happy feliz felicidad felicidade smile sonrisa hope esperanza faith dreams dream sueno "
    "suenos friends friend amigo amigos amiga amigas amizade family familia mother mama mami madre "
    "mamae mae father papa papi padre papai pai mum mom dad daddy mommy brother hermano sister hermana "
    "hijo hija hijos babies wife husband boyfriend girlfriend novio novia "
    // faith
    "jesus jesuschrist jesucristo jesusteama jesusislord cristo christ dios diosesamor diosesmiguia deus "
    "god godisgood godislove blessed bendiciones bendecida church iglesia bible angeles santa santo "
    "maria virgen virgencita "
    // sport
    "football futbol futebol soccer baseball beisbol basketball basketbol baloncesto hockey tennis tenis "
    "golf running boxing yankees lakers cowboys steelers eagles packers redsox dodgers liverpool "
    "arsenal chelsea manchester manchesterunited united barcelona barca realmadrid madrid atletico "
    "sevilla valencia betis juventus milan inter bocajuniors boca riverplate river racing "
    "independiente sanlorenzo flamengo corinthians palmeiras santos saopaulo gremio internacional vasco "
    "cruzeiro america chivas pumas nacional penarol colocolo millonarios alianza universitario messi "
    "lionelmessi ronaldo cristiano cristianoronaldo neymar maradona diego pele ronaldinho jordan kobe "
    "campeon campeones champion champions campeao winner ganador "
    // animals
    "monkey mono dragon dragons tiger tigre tigres lion leon leones eagle aguila butterfly mariposa "
    "borboleta dolphin delfin horse caballo cavalo horses bear oso wolf lobo lobos cat cats gato gatos "
    "gatito gatita dog dogs perro perros perrito cachorro puppy kitty kitten hellokitty chicken pollo "
    "panther pantera cobra snake serpiente shark tiburon bird pajaro rabbit conejo bunny turtle "
    "tortuga elephant elefante spider arana fish pez frog rana duck pato cow vaca pig cerdo "
    // colours, weather, nature, time
    "red rojo vermelho blue azul green verde black negro preto white blanco branco yellow amarillo "
    "amarelo orange naranja laranja purple morado roxo pink rosa rosado silver plata gold dorado "
    "golden oro brown gray gris rainbow arcoiris sunshine sunny sun sol moon luna lua star stars "
    "estrella estrellas estrela starlight shadow sombra light luz fire fuego fogo water agua earth tierra "
    "terra wind viento ocean oceano sea mar river rio mountain montana flower flor flores rose roses "
    "daisy jasmine lily tree arbol forest bosque garden jardin snow nieve rain lluvia chuva storm "
    "tormenta thunder trueno lightning summer verano verao winter invierno inverno spring primavera "
    "autumn otono outono fall january enero janeiro february febrero fevereiro march marzo marco april "
    "abril may mayo maio june junio junho july julio julho august agosto september septiembre setembro "
    "october octubre outubro november noviembre novembro december diciembre dezembro monday lunes "
    "segunda tuesday martes terca wednesday miercoles quarta thursday jueves quinta friday viernes "
    "sexta saturday sabado sunday domingo today hoy hoje tomorrow manana amanha morning noche night "
    "noite year ano "
    // heroes, films, games, music
    "superman batman spiderman ironman wonderwoman hulk captain capitan thor avengers marvel joker "
    "starwars skywalker lukeskywalker vader darthvader yoda jedi matrix neo trinity harrypotter harry "
    "potter hogwarts gandalf frodo hobbit pokemon pikachu charmander mario luigi nintendo sonic zelda "
    "minecraft fortnite roblox callofduty freefire leagueoflegends warcraft worldofwarcraft starcraft "
    "counterstrike counter playstation xbox gamer game games juego juegos jogos naruto sasuke goku "
    "vegeta dragonball dragonballz onepiece anime disney mickey mickeymouse minnie tinkerbell snoopy "
    "garfield scooby simpsons homer bart barbie metallica nirvana slipknot linkinpark greenday blink "
    "eminem rockstar rock rocknroll metal music musica guitar guitarra piano drums bateria beatles "
    "elvis queen shakira beyonce rihanna madonna justinbieber bieber onedirection bts blackpink exo "
    "reggaeton salsa samba tango "
    // cars and food
    "mercedes ferrari porsche bmw audi toyota honda yamaha suzuki kawasaki harley ford mustang "
    "chevrolet chevy corvette camaro volkswagen fiat renault peugeot jeep lamborghini cheese queso "
    "chocolate cookie cookies galleta banana apple manzana cherry cereza strawberry fresa morango "
    "pepper pimienta ginger peaches pizza taco burger coffee cafe cerveza cerveja beer vino vinho "
    "wine tequila whisky vodka cocacola coca pepsi sugar azucar acucar candy caramelo butter "
    // places
    "argentina brasil brazil mexico espana spain colombia chile peru ecuador venezuela uruguay paraguay "
    "bolivia cuba portugal italia italy france francia germany alemania deutschland england inglaterra "
    "america canada australia japan japon china india paris london londres roma rome berlin newyork "
    "california texas florida miami chicago boston losangeles lasvegas lima bogota santiago buenosaires "
    "montevideo rosario cordoba mendoza riodejaneiro lisboa porto lisbon medellin cali quito caracas "
    "cancun acapulco monterrey guadalajara "
    // names
    "michael michelle jennifer jessica ashley amanda daniel daniela david davidb andrew andrea andres "
    "anthony antonio antonia joshua matthew nicole nicolas nicolasa robert roberto thomas tomas "
    "charlie carlos carlitos carla carolina caroline christian cristian cristina christina alexander "
    "alexandra alejandro alejandra alex alexis alberto alfredo adriana adrian ana anita anna anthony "
    "beatriz bruno camila catalina claudia cecilia diana eduardo elena elizabeth isabel isabella "
    "enrique ernesto esteban eva fabian felipe fernando fernanda francisco francisca franco gabriel "
    "gabriela george jorge gloria gonzalo guillermo gustavo hector hugo ignacio javier joaquin john "
    "johnny juan juanito juancarlos jose josemaria joseluis josue juliana julian juliana julieta karen "
    "karina kevin laura lautaro leonardo lorena lorenzo lucas lucia luciana luis luisa luisito manuel "
    "manuela marcela marcelo marcos margarita mariana mariano marina marta martin martina mateo "
    "matias mauricio melissa miguel miguelangel monica natalia nathan oscar pablo pamela paola patricia "
    "patricio patrick paula paulo pedro rafael ramon raul rebeca ricardo richard rodrigo rosa rosario "
    "ruben samantha samuel sandra santiago sara sarah sebastian sergio silvia sofia stephanie susana "
    "teresa tamara valentina valeria vanessa veronica vicente victor victoria viviana william "
    "guillermina ximena yolanda joao maria mariajose mariafernanda fatima ines pedrinho tiago thiago "
    "rita vitor buster maggie bailey sophie chloe jackson hunter ranger cooper buddy rocky max toby "
    "molly lucy lola luna coco simba nala "
    // others
    "computer money dinero dinheiro plata rich millionaire freedom libertad liberdade peace paz power "
    "poder fuerza force strong fuerte trustno trustnoone trustme whatever nothing nada something algo "
    "everything todo asshole fuck fuckyou fuckoff fucker bitch shit mierda puta puto pendejo cabron "
    "carajo caralho porra merda boludo idiot idiota stupid estupido loser ninja pirate pirata "
    "samurai warrior guerrero soldier soldado police policia doctor teacher profesor student "
    "estudiante school escuela escola college university universidad phoenix diamond diamante crystal "
    "cristal magic magia magico wizard merlin ghost fantasma killer asesino death muerte devil diablo "
    "demon demonio evil heaven paradise paraiso destiny destino fortune fortuna lucky suerte sorte "
    "cool coolguy awesome genial chingon amazing perfect perfecto best mejor number numero uno one two "
    "three dos tres four five six seven siete eleven once twelve zero cero a b c d e x the my mi tu i "
    "you yo me is am es soy in and y el la los las de un una ";

}  // namespace

std::vector<std::string_view> const& common_passwords() {
    static auto const all = [] {
        auto split = text::split(words, ' ');
        std::erase_if(split, [](auto const word) { return word.empty(); });
        std::ranges::sort(split);
        auto const [from, to] = std::ranges::unique(split);
        split.erase(from, to);
        return split;
    }();
    return all;
}

}  // namespace agente::identity
