// What is asked before the game ends while a level is being played: the level ends with it.
export const yesOrNo = 'y: yes, any other key: no';
export const quitQuestion = `Quit the game and this level? ${yesOrNo}`;
