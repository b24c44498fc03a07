/** Small real texts for the tests of wink. */
export const NEWS =
  "Berlin-based Acme Robotics raised $12 million in March 2021 from Sequoia Capital. Its chief executive, Maria Lopez, " +
  "said the money would pay for new factories in Poland. Its warehouse robots lift packages of ten kilograms. " +
  "Every warehouse robot is cheap, she said. See https://acme.example for more.";

export const LESSON =
  "A broker keeps each task until a worker has answered. When a worker dies, the broker gives its task to another worker. " +
  "A dead letter is a task that failed too often. Did you see the dead letter? The client reads the dead letter and decides. " +
  "Heartbeats tell the broker that a worker is alive.";
