import { accept, type Decider, type DomainCommand, type DomainEvent, reject } from '@verbatim/domain';
import { specificationOf } from './specification.js';

type Filled = DomainEvent<'Filled', { litres: number }>;
type Fill = DomainCommand<'Fill', { litres: number }, object>;
type Overflow = { code: 'overflow'; litresMax: number };
type Tank = { litres: number };

const LITRES_MAX = 10;

const tank: Decider<Fill, Tank, Filled, Overflow> = {
  initial: () => ({ litres: 0 }),
  decide: ({ data: { litres } }, { litres: before }) => {
    if (before + litres > LITRES_MAX) return reject({ code: 'overflow', litresMax: LITRES_MAX });
    return litres === 0 ? accept() : accept({ type: 'Filled', data: { litres } });
  },
  evolve: (state, { data: { litres } }) => ({ litres: state.litres + litres }),
};

const fill = (litres: number): Fill => ({ type: 'Fill', data: { litres }, context: {} });
const filled = (litres: number): Filled => ({ type: 'Filled', data: { litres } });
const overflow: Overflow = { code: 'overflow', litresMax: LITRES_MAX };

const { given } = specificationOf(tank);

describe('a specification that holds', () => {
  it('names the event and what the second run comes to', () =>
    given(filled(1))
      .when(fill(2))
      .then(filled(2), accept(filled(2))));
  it('names a second run that is refused', () => given(filled(1)).when(fill(6)).then(filled(6), reject(overflow)));
  it('names a command that changes nothing', () => given().when(fill(0)).thenNothing());
  it('names the reason of a refusal', () => given(filled(9)).when(fill(2)).thenRejected(overflow));
});

describe('a specification that does not hold', () => {
  it('fails on another event', () => {
    expect(() =>
      given()
        .when(fill(2))
        .then(filled(3), accept(filled(2))),
    ).toThrow(/first run/);
  });
  it('fails when the second run records something unannounced', () => {
    expect(() => given().when(fill(2)).then(filled(2))).toThrow(/second run/);
  });
  it('fails when something is recorded and nothing was expected', () => {
    expect(() => given().when(fill(2)).thenNothing()).toThrow(/first run/);
  });
  it('fails on a refusal for another reason', () => {
    expect(() =>
      given(filled(9))
        .when(fill(2))
        .thenRejected({ ...overflow, litresMax: 11 }),
    ).toThrow(/first run/);
  });
  it('fails when a refusal was expected and none came', () => {
    expect(() => given().when(fill(2)).thenRejected(overflow)).toThrow(/first run/);
  });
  it('fails when decide changes the state that it reads', () => {
    const leaking = specificationOf({
      ...tank,
      decide: (command: Fill, state: Tank) => {
        state.litres = 0;
        return tank.decide(command, state);
      },
    });
    expect(() => leaking.given(filled(1)).when(fill(0)).thenNothing()).toThrow(/changed the state/);
  });
  it('fails when it ends before its outcome', async () => {
    await expect(Promise.resolve(given().when(fill(2)))).rejects.toThrow(/first run/);
  });
});
