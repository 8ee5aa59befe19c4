package faults

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// program returns a seccomp filter that stops a thread for its tracer at every
// system call but the spared ones. It is several times faster than to stop at
// all of them with PTRACE_SYSCALL.
func program() []unix.SockFilter {
	const load, equal, ret = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	numbers := sparedNumbers()
	filter := []unix.SockFilter{{Code: load, K: 0}} // seccomp_data.nr
	for i, number := range numbers {
		toAllow := uint8(len(numbers) - i) // over the other comparisons and the verdict that is not this one
		filter = append(filter, unix.SockFilter{Code: equal, Jt: toAllow, K: number})
	}
	return append(filter,
		unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_TRACE},
		unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ALLOW})
}

// install makes a process that has just been executed, and stands before its
// first instruction, filter its own system calls.
func install(pid int) error {
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(pid, &regs); err != nil {
		return err
	}
	// The stack below what is in use holds the filter while the kernel copies it.
	const room = 4096
	at := regs.Rsp - room
	filter := program()
	var data bytes.Buffer
	binary.Write(&data, binary.LittleEndian, uint64(len(filter))) // struct sock_fprog, padded
	binary.Write(&data, binary.LittleEndian, at+16)
	for _, instruction := range filter {
		binary.Write(&data, binary.LittleEndian, instruction)
	}
	if data.Len() > room {
		return fmt.Errorf("the filter has %d bytes; want at most %d", data.Len(), room)
	}
	if _, err := unix.PtracePokeData(pid, uintptr(at), data.Bytes()); err != nil {
		return err
	}
	// Without privileges of its own, a process may filter only what can gain none.
	if err := makeCall(pid, regs, unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1); err != nil {
		return fmt.Errorf("prctl: %w", err)
	}
	if err := makeCall(pid, regs, unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, at); err != nil {
		return fmt.Errorf("seccomp: %w", err)
	}
	return unix.PtraceSetRegs(pid, &regs)
}

// makeCall makes a stopped process call the kernel, and stop again where it was.
// regs are its registers.
func makeCall(pid int, regs unix.PtraceRegs, number uint64, args ...uint64) error {
	at := uintptr(regs.Rip)
	var saved [2]byte
	if _, err := unix.PtracePeekText(pid, at, saved[:]); err != nil {
		return err
	}
	syscallInstruction := []byte{0x0f, 0x05}
	if _, err := unix.PtracePokeText(pid, at, syscallInstruction); err != nil {
		return err
	}
	var six [6]uint64
	copy(six[:], args)
	regs.Rax = number
	regs.Rdi, regs.Rsi, regs.Rdx, regs.R10, regs.R8, regs.R9 = six[0], six[1], six[2], six[3], six[4], six[5]
	if err := unix.PtraceSetRegs(pid, &regs); err != nil {
		return err
	}
	if err := unix.PtraceSingleStep(pid); err != nil {
		return err
	}
	var status unix.WaitStatus
	if _, err := wait(pid, &status); err != nil {
		return err
	}
	if !status.Stopped() {
		return fmt.Errorf("the program has ended: %#x", status)
	}
	if err := unix.PtraceGetRegs(pid, &regs); err != nil {
		return err
	}
	if _, err := unix.PtracePokeText(pid, at, saved[:]); err != nil {
		return err
	}
	if answer := int64(regs.Rax); answer < 0 {
		return syscall.Errno(-answer)
	}
	return nil
}
