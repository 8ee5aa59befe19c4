// Package faults runs a program and makes one of its system calls fail.
//
// [Program.Run] counts the calls of every system call, over all threads and from the
// moment main.main begins. At the n-th call of the one that a [Fault] names, the
// kernel's answer is replaced by an error, the call is made to move fewer bytes,
// or the program gets a signal. [Program.Run] then tells how the program ended.
//
// It needs no strace, which counts each thread by itself: a Go program moves
// between threads as it likes, so the n-th call of a thread means nothing.
//
// The tests of this package inject faults into bpcopy, in many situations, and
// check that it loses nothing and leaves nothing behind. "go test" tries a few
// hundred, scripts/faults all of them.
//
// The program is driven with ptrace(2), so all but this comment is for Linux on
// amd64.
package faults
