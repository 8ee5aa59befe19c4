// Package rows gives each of several bpcopy on one terminal a row of its own.
//
// The processes of one job, such as a pipeline, meet without a flag and without
// a file: under the name of an abstract socket, which is that of the user, the
// terminal and the process group, and which ends with its process. Whoever
// finds the name free is the drawer. It paints all rows. The others are
// followers: they tell the drawer their newest row, and never wait for it. When
// the drawer ends, the kernel tells the followers, and one of them takes the
// name. It knows what must stay on the screen, since the drawer told that, too.
//
// A drawer that takes nothing has been stopped. Its followers meet under the
// name of the next generation. When it goes on, it finds them there, and
// follows.
//
// Only Linux has such names. Elsewhere each process draws by itself.
//
// Rows are a matter of one user: who listens or calls must have our user and
// our process group, by the word of the kernel. What others send is bounded and
// made inert.
//
// # Words
//
//   - row: the line of one process. It stays when the process has ended.
//   - note: text that a process prints when its row has ended: errors and the
//     summary. Notes stand below the rows.
//   - board: the rows and notes that the drawer shows, in their order.
//   - kept: the part of the board that belongs to processes that have ended.
//   - drawer, follower: see above. A process without a row, such as a quiet one,
//     follows once it prints: the drawer does that.
//   - will: what a drawer tells its followers for when it is gone: what is kept,
//     and who they are.
//   - heir: a follower, seen from a drawer that ends.
//   - missing: a follower of the last drawer who has not come to the next one
//     yet. All of them come at once.
//   - seat: what one process has of all this.
package rows
