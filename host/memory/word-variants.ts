/** Words that mean one thing but share no stem: each line's words count as its first. */
const VARIANTS = `
go went gone goes
buy bought
get got gotten
see saw seen
take took taken
make made
give gave given
come came
eat ate eaten
drink drank drunk
write wrote written
begin began begun
run ran
swim swam swum
sing sang sung
ring rang rung
win won
lose lost
find found
leave left
feel felt
keep kept
sleep slept
meet met
teach taught
think thought
bring brought
catch caught
fight fought
sell sold
tell told
say said
hear heard
hold held
stand stood
understand understood
spend spent
send sent
build built
break broke broken
speak spoke spoken
steal stole stolen
choose chose chosen
drive drove driven
ride rode ridden
rise rose risen
fall fell fallen
fly flew flown
grow grew grown
know knew known
throw threw thrown
draw drew drawn
wear wore worn
tear tore torn
forget forgot forgotten
hide hid hidden
bite bit bitten
shake shook shaken
wake woke woken
pay paid
become became
sit sat
dig dug
hang hung
stick stuck
shoot shot
feed fed
lend lent
sew sewn sewed
child children kid kids
person people
man men
woman women
foot feet
tooth teeth
mouse mice
wife wives
knife knives
half halves
good better best
bad worse worst
mother mom mum mommy mama
father dad daddy papa
grandmother grandma granny nana
grandfather grandpa grandad granddad
brother bro
sister sis
photo photograph photography picture pic
film movie
bicycle bike cycling
television tv
refrigerator fridge
telephone phone
mathematics math maths
veterinarian vet
exam examination
january jan januar
february feb februar
march marz
april apr
may mai
june jun juni
july jul juli
august aug
september sept sep
october oct okt oktober
november nov
december dec dez dezember
monday montag
tuesday dienstag
wednesday mittwoch
thursday donnerstag
friday freitag
saturday samstag
sunday sonntag
2 two zwei
3 three drei
4 four vier
5 five funf
6 six sechs
7 seven sieben
8 eight acht
9 nine neun
10 ten zehn
11 eleven elf
12 twelve zwolf
`;

/** Gives for each irregular or everyday form of a word the word it stands for. */
export function readWordVariants(): ReadonlyMap<string, string> {
  const pairs = VARIANTS.trim()
    .split('\n')
    .flatMap((line) => {
      const [word = '', ...forms] = line.split(' ');
      return forms.map((form): [string, string] => [form, word]);
    });
  return new Map(pairs);
}
