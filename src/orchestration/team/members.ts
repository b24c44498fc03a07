/** Who belongs to a team: one of each role, and several analysts. */
import { ANALYSE, CRITICISE, EDIT, PLAN } from "../../agents/ai/team/messages";

/** A place in a team. */
export interface Member {
  /** The worker_id: "planner", "analyst-1", … */
  workerId: string;
  service: string;
  /** Which of the modules in agents/ai/team makes its work. */
  role: "planner" | "analyst" | "critic" | "editor";
}

/** The members of a team with so many analysts. */
export function membersOf(analysts: number): Member[] {
  const reading = Array.from({ length: analysts }, (_, index): Member => {
    return { workerId: `analyst-${index + 1}`, service: ANALYSE, role: "analyst" };
  });
  return [
    { workerId: "planner", service: PLAN, role: "planner" },
    ...reading,
    { workerId: "critic", service: CRITICISE, role: "critic" },
    { workerId: "editor", service: EDIT, role: "editor" },
  ];
}

/** The name of a member in events is that of a worker, "Worker-analyst-1"; for people it is "Analyst-1". */
export function nameOfMember(worker: string): string {
  const workerId = worker.replace(/^Worker-/, "");
  return workerId.charAt(0).toUpperCase() + workerId.slice(1);
}
