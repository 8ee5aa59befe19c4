package endpoint

import "golang.org/x/sys/windows"

// notThereYet returns the errors of connecting to what is not there yet. The
// last two are those of a Unix socket.
func notThereYet() []error {
	return []error{
		windows.WSAECONNREFUSED, windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN,
		windows.ERROR_FILE_NOT_FOUND, windows.ERROR_PATH_NOT_FOUND,
	}
}
