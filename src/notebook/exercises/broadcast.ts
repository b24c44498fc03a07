/** The exercise of chapter 11: the receiving half of Clone in small, among messages that are lost, late and doubled. */
import { lab } from "../lab/lab";
import { ReplicaTrial, TrialFailed, type Follow, type ReplicaKit } from "./broadcast-trial";
import { showVerdict, type Verdict } from "./verdict";

/** Lets the reader's function follow a real server through a middleman who loses updates, and shows how it went. */
export async function checkFollow(follow: Follow): Promise<void> {
  showVerdict(await tryFollow(follow));
}

/** Keeps a copy that is the server's state, whatever gets lost. */
export async function solveFollow({ updates, snapshot, copy }: ReplicaKit): Promise<void> {
  let last = 0;
  const takeAll = async () => {
    const { sequence, entries } = await snapshot();
    copy.clear(); // what is not in it is gone
    for (const [key, value] of entries) copy.set(key, value);
    last = sequence;
  };
  await takeAll();
  for await (const { sequence, key, value } of updates) {
    if (sequence <= last) continue; // the copy has it already
    if (sequence > last + 1) {
      await takeAll(); // something is missing before this one
      continue;
    }
    if (value === undefined) copy.delete(key);
    else copy.set(key, value);
    last = sequence;
  }
}

/** Who has asked for more snapshots than this has not looked at the numbers. */
const MOST_SNAPSHOTS = 6;

/** Tells what checkFollow shows. */
export async function tryFollow(follow: Follow): Promise<Verdict> {
  return lab("exercise of chapter 11", async (room) => {
    const trial = await ReplicaTrial.open(room, follow);
    try {
      await tryQuiet(trial);
      await tryLost(trial);
      await tryLate(trial);
      await tryDoubled(trial);
      if (trial.snapshots > MOST_SNAPSHOTS)
        throw new TrialFailed(
          `Your copy is right, but it asked for ${trial.snapshots} snapshots in ${trial.sequence} updates. Ask when a number is missing, and only then.`,
        );
    } catch (error) {
      if (!(error instanceof TrialFailed)) throw error;
      return { passed: false, explanation: error.message };
    }
    return {
      passed: true,
      explanation: `${trial.sequence} updates, of which two were lost, one came late and one twice: after each, your copy was the server's state. It asked for ${trial.snapshots} snapshots.`,
    };
  });
}

/** Nothing goes wrong: updates 3 to 5 after a snapshot of 2. */
async function tryQuiet(trial: ReplicaTrial): Promise<void> {
  await trial.settled(
    () => "Two entries stood there when you came, and no update has been sent since.",
  );
  await trial.write("/a", 3);
  await trial.settled(() => "Update 3, which set /a to 3, came as it should.");
  await trial.write("/e", 4);
  await trial.write("/e", undefined);
  await trial.settled(() => "Update 5, which deleted /e (no `value`), came as it should.");
}

/** Update 6 is lost; while the snapshot is under way that is asked for after update 7, update 8 comes. */
async function tryLost(trial: ReplicaTrial): Promise<void> {
  await trial.write("/b", undefined, { lost: true });
  trial.duringSnapshot = () => trial.write("/c", 8);
  await trial.write("/c", 7);
  const lost = "Update 6, which deleted /b, was lost; then update 7 came";
  await trial.settled(() =>
    trial.sequence < 8
      ? `${lost}, and you did not ask for a snapshot.`
      : `${lost}, and update 8, which set /c to 8, while your snapshot of 7 was under way.`,
  );
}

/** Update 9 is held up: the snapshot that is asked for after update 10 has it, and what came after it. */
async function tryLate(trial: ReplicaTrial): Promise<void> {
  await trial.write("/a", 9, { lost: true });
  trial.beforeSnapshot = () => trial.write("/a", 11, { lost: true });
  await trial.write("/d", 10);
  await trial.settled(() => "Update 9, which set /a to 9, did not come; then update 10 came.");
  await trial.again(9);
  await trial.settled(
    () => "Update 9, which set /a to 9, came late: after a snapshot that went up to update 11.",
  );
}

/** Update 12 comes again after 13. */
async function tryDoubled(trial: ReplicaTrial): Promise<void> {
  await trial.write("/d", 12);
  await trial.write("/d", 13);
  await trial.again(12);
  await trial.settled(
    () => "Update 12 set /d to 12, update 13 set it to 13; then update 12 came once more.",
  );
}
