"""Plain words: they stand in questions on any topic, so that a report without them may still be about the topic.

"Who wants bunker fuel gone", "who disliked the levy", "how long did the ferry take": a report will say it with other verbs and adjectives.
What a question is about stands in its other words. Written from general knowledge of English, not from any set of questions.
"""

from __future__ import annotations

from index.terms import stem

_WORDS = """
    able abroad absent accept acceptable accomplish achieve across act actual add address adequate admit advantage affect afraid against
    ago ahead aim allow alone along alongside already alternative always amid among annotations announce annual anymore anyway anywhere
    apart apparently appear apply approach appropriate argue around arrange arrive aside aspect assume attempt available avoid away back
    background bad basic basically basis become begin beginning behalf believe belong benefit beside besides best better beyond big
    bigger biggest bit blame block bother bottom break brief briefly bring broad broader build buy carry case cause celebrate certain
    certainly chance change cheaper check chief choice choose circumstance claim clear clearly close closely collect come coming comment
    common complete complex concept concrete condition confirm consequence consider considerable contain context continue contrast
    contribution convince correct count cover create critical criticise criticize crucial current currently cut cutting day deal decade
    decide decline deep define definitely degree delay deliver demand deny depend describe deserve desirable despite detail difference
    different difficult difficulty direct direction directly dislike distrust done draw drive drop due earlier early easy effect
    effective effort either element else elsewhere emerge empty enable encourage end enjoy enough ensure enter entire envisage
    especially essential establish even event eventually everything everywhere evidence exact examine example except excuse exist expand
    expect experience explain explanation explore express extend extent extra extreme face fact factor fail fair fall false familiar far
    fast faster favor favour fear feature few fewer fewest figure fill final finally find finding fine finish firm first fit fix flaw
    float focus follow forget form formally former fortunately forward free frequent fresh fresher from full fully further future gain
    gap gather general generally give go goal gone good great greater greatest group grow guess half hand handle happen happier happy
    hard harder hardly hate head hear heavy help helpful high higher highest highlight hinder hold hope huge ideal ignore imagine impact
    import importance important impossible improve include increase index indicate initially inside insist instance instead intend
    intention interest interested interesting introduce involve involved item job join joint judge just justify keep key keynote kind
    know lack large largely largest last late lately later latest lead learn least leave lend less lesser lesson let lie lift like
    likely limit limited list listen little live long longer longest look lose lot loud love low lower lowest main mainly maintain major
    make manage manner matter maybe mean meaning means measure meet member mention merely merit message middle mind minor minus miss
    mistake moderate modern moment month mood more most mostly motive move much mutual name namely natural nature near nearly necessary
    need negative neither never new newer newest news next nice nicer nobody none normal notable nowadays nowhere number object
    objective observe obstacle obvious obviously occasion occur offer official often old older oldest onto open opportunity oppose
    opposite optimistic option order ordinary organise organize origin original originally other otherwise outcome outline outlook
    outside overall overcome owe page pair parallel part partial particular pass past pattern pay per perceive percentage perfect
    perhaps permanent person pessimistic phase pick piece place plain plan plausible play please plenty plus point pointless popular
    pose positive possess possibility possible possibly postpone potential practical precise prefer prepare present presumably prevent
    previous previously prior priority privately probable probably problem problematic proceed process progress project promise promote
    prompt proof proper properly prove provide publicly publish pull purpose pursue push put quality quantity quick quicker quickly
    quiet quit raise range rate rather reach react read ready real realise realistic reality realize really reason reasonable reasonably
    recap receive recent recently reckon reduce refer reference reflect refuse regard regime regular reject relate relevance relevant
    reluctant rely remain remainder remember remove repeat replace reply report represent request require requirement resist resolve
    respect rest result resume retain return reveal right rise risk risky role rough roughly rule run safer safest same satisfied save
    say scale scenario scope section see seek seem sell send sense separate sequence series serious seriously serve set setting settle
    several shape share sharp shift short shorter show shut side sign significant similar simple simply since single sit situation size
    slightly slow slower small smaller smallest smart sole solution solve somehow sometimes somewhere soon sooner sorry sort sound
    source speak special specific speech spend spread stage stand standard start status stay steady stem step stick still stop story
    strange stress strict strong stronger strongest structure struggle stuff stupid subject succeed success sudden suffer sufficient
    suggest suitable sum summary support suppose supposedly sure surely surprise survive take talk tall task tell temporary tend
    tendency terms terrible text theme thereby thing think throughout throw tie tight till time tiny tired today together tomorrow tone
    top total totally touch tough tougher toward towards trend trouble true trustworthy try turn twice type typical unable uncertain
    unclear undergo understand understanding undertake unfair unfortunately unhappy unit unknown unlike unlikely unusual upon upset
    urgent usage use useful usefulness usual usually vague valid value various vast version versus very via view vital voluntary wait
    wake walk want warn watch weak weaker weakest week weigh whatever whenever wherever whether while whoever whole wide willing win
    wise wish within without wonder wording work world worried worry worse worst worth worthwhile write wrong year yesterday younger
    zero
"""

PLAIN_STEMS = frozenset(stem(word) for word in _WORDS.split())
