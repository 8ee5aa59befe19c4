// Package pipes enlarges pipes, as far as the user's other pipes do not suffer.
package pipes

// Largest is the most bytes of a pipe that the kernel grants an ordinary user, unless
// the administrator says otherwise.
const Largest = 1 << 20
