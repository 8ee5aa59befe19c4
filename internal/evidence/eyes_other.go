//go:build !linux

package evidence

// newEyes returns eyes that see nothing: only Linux tells.
func newEyes(Options) eyes { return blind{} }

type blind struct{}

func (blind) look(int) finding           { return finding{} }
func (blind) connection(int) *tcpFinding { return nil }
func (blind) hurry()                     {}
func (blind) close()                     {}
