const STOP_WORDS = `
a an the this that these those such
and or but if than then so as because while though although until unless
of at by for with about against between into through during before after above below to from up down in out on off
over under again further once here there all any both each few more most other some own same too very just also
i me my myself we our ours ourselves you your yours yourself he him his himself she her hers herself it its itself
they them their theirs themselves one ones
am is are was were be been being have has had having do does did doing done can could will would shall should may
might must ought let lets
what which who whom whose when where why how
no nor not only ever yet still
s t d ll m o re ve isn aren wasn weren hasn haven hadn doesn don didn won wouldn couldn shouldn ca
please tell know say mention describe according
kind type sort
der die das den dem des ein eine einen einem einer eines kein keine keinen
und oder aber denn weil dass ob wenn als wie
von zu zum zur mit bei beim nach vor aus auf an am im ins in um fur durch gegen uber unter zwischen ohne bis seit
ich mich mir mein meine meinen du dich dir dein deine er ihn ihm sein seine seinen seiner seinem sie ihr ihre ihren
ihrem ihrer es wir uns unser unsere euch euer sich man
bin bist ist sind seid war waren wird werden wurde wurden worden hat habe haben hatte hatten kann konnen konnte soll
sollte will wollte wollen muss musste darf mag
was wer wen wem wessen wann wo wohin woher warum wieso weshalb welche welcher welches welchen welchem wieviel
nicht nur auch noch schon sehr mal doch ja nein hier dort da dann so etwas alle alles viel viele
`;

/** Words that say little about what a question is after, folded, in English and German. */
export function readStopWords(): ReadonlySet<string> {
  return new Set(STOP_WORDS.trim().split(/\s+/u));
}
