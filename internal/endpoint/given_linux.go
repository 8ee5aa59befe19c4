package endpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// kcmpFile is KCMP_FILE of kcmp(2).
const kcmpFile = 0

// sameDescription tells whether two descriptors share one open file description,
// where the kernel is willing to say so: sandboxes often refuse kcmp(2).
func sameDescription(a, b int) (same, known bool) {
	self := uintptr(os.Getpid())
	order, _, errno := unix.RawSyscall6(unix.SYS_KCMP, self, self, kcmpFile, uintptr(a), uintptr(b), 0)
	return order == 0, errno == 0
}
