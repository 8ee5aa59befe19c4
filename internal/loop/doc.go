// Package loop lets one goroutine wait for thousands of descriptors and times
// at once, and serve them one after the other. It exists on Linux only.
//
// # Words
//
//   - loop: that goroutine, and all that it waits for.
//   - watch: a descriptor that a loop waits for, with who is told.
//   - job: something that a loop is to do soon, or at a time.
//   - post: something that another goroutine wants a loop to do.
package loop
