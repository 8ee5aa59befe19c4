package integration

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A typed is a command line up to a tab, and what the shell makes of it.
type typed struct{ line, want string }

// both are what bash and zsh make of command lines, with one tab. The folder has
// the files of shellFolder.
func both() []typed {
	return []typed{
		// files first
		{"bpcopy da", "bpcopy data.img "},
		{"bpcopy ", "bpcopy "},
		{"bpcopy data.img s", "bpcopy data.img sub/"},
		{"bpcopy --json su", "bpcopy --json sub/"},
		{"bpcopy --json=su", "bpcopy --json=sub/"},
		{"bpcopy two", `bpcopy two\ words `},
		// commands and files that begin alike
		{"bpcopy d", "bpcopy d"},
		{"bpcopy demo.", "bpcopy demo.json "},
		{"bpcopy simu", "bpcopy simulate "},
		{"bpcopy demo slow-c", "bpcopy demo slow-consumer "},
		// addresses go on
		{"bpcopy tcp-", "bpcopy tcp-listen://"},
		{"bpcopy data.img un", "bpcopy data.img unix"},
		{"bpcopy data.img unix:", "bpcopy data.img unix://"},
		// flags and their values
		{"bpcopy --high", "bpcopy --high-water-mark "},
		{"bpcopy --progress pi", "bpcopy --progress picture "},
		{"bpcopy --progress=pi", "bpcopy --progress=picture "},
		{"bpcopy proxy --wat", "bpcopy proxy --watch "},
		// in quotes, which stay open while the word goes on
		{"bpcopy --expect 'longest", "bpcopy --expect 'longest_pause_seconds"},
		{`bpcopy --expect "longest`, `bpcopy --expect "longest_pause_seconds`},
		{"bpcopy --consumer '1MiB/s for 2s; re", "bpcopy --consumer '1MiB/s for 2s; repeat"},
		{"bpcopy --expect 'pauses > 1' --hi", "bpcopy --expect 'pauses > 1' --high-water-mark "},
		{"bpcopy --producer st", "bpcopy --producer stall"},
		{`bpcopy --consumer 1MiB/s\ for\ 2s\;\ re`, `bpcopy --consumer 1MiB/s\ for\ 2s\;\ repeat`},
	}
}

// shellFolder makes a folder with files to complete, and a folder in it.
func shellFolder(t *testing.T) string {
	dir := folder(t, map[string]string{"data.img": "", "demo.json": "", "two words": ""})
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A shell is one that a test types into.
type shell struct {
	keys    *os.File      // its terminal
	answers *bufio.Reader // what it writes to descriptor 3
}

// startShell starts a shell that says "ready" on descriptor 3, and there the line
// that has been typed whenever it gets ^X^P. It knows nothing but bpcopy and what
// is in PATH.
func startShell(t *testing.T, dir, name string, args ...string) *shell {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(err)
	}
	screen, terminal := newScreen(t, 200, 50)
	answers, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answers.Close() })
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "ZDOTDIR="+dir, "TERM=dumb", "LC_ALL=C.UTF-8", "INPUTRC=/dev/null")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.ExtraFiles = []*os.File{writer}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	writer.Close()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		screen.watch()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		<-watched
		if t.Failed() {
			t.Logf("%s shows:\n%s", name, strings.Join(screen.text(), "\n"))
		}
	})
	s := &shell{keys: screen.master, answers: bufio.NewReader(answers)}
	if got := s.answer(t); got != "ready" {
		t.Fatalf("%s said %q; want ready", name, got)
	}
	return s
}

// answer returns the next line that the shell writes to descriptor 3.
func (s *shell) answer(t *testing.T) string {
	t.Helper()
	line, err := s.answers.ReadString('\n')
	if err != nil {
		t.Fatalf("the shell has ended: %v", err)
	}
	return strings.TrimSuffix(line, "\n")
}

// complete types a line and a tab, and returns what has become of the line. It
// types ^A^K afterwards, for an empty line.
func (s *shell) complete(t *testing.T, line string) string {
	t.Helper()
	if _, err := s.keys.WriteString(line + "\t\x18\x10\x01\x0b"); err != nil {
		t.Fatal(err)
	}
	return s.answer(t)
}

// Without the package bash-completion, with a real terminal.
func TestBashCompletes(t *testing.T) {
	dir := shellFolder(t)
	const rc = `PS1='$ '
bind 'set enable-bracketed-paste off' 'set bell-style none' 2>/dev/null
source <(bpcopy completion bash)
bind -x '"\C-x\C-p": printf "%s\n" "$READLINE_LINE" >&3'
echo ready >&3
`
	if err := os.WriteFile(filepath.Join(dir, ".bashrc"), []byte(rc), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startShell(t, dir, "bash", "--noprofile", "--rcfile", filepath.Join(dir, ".bashrc"), "-i")
	for _, tt := range both() {
		if got := s.complete(t, tt.line); got != tt.want {
			t.Errorf("bash makes %q of %q; want %q", got, tt.line, tt.want)
		}
	}
}

func TestZshCompletes(t *testing.T) {
	dir := shellFolder(t)
	const rc = `PS1='$ '
unsetopt zle_bracketed_paste beep
autoload -Uz compinit && compinit -u -D
source <(bpcopy completion zsh)
show() { print -ru3 -- $BUFFER }
zle -N show
bindkey -e
bindkey '^X^P' show
print -u3 ready
`
	if err := os.WriteFile(filepath.Join(dir, ".zshrc"), []byte(rc), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startShell(t, dir, "zsh", "--no-globalrcs", "-i")
	for _, tt := range both() {
		if got := s.complete(t, tt.line); got != tt.want {
			t.Errorf("zsh makes %q of %q; want %q", got, tt.line, tt.want)
		}
	}
}

// Fish itself tells what it would offer: words with what they mean. A word that
// goes on is there twice, or fish would end it.
func TestFishCompletes(t *testing.T) {
	path, err := exec.LookPath("fish")
	if err != nil {
		t.Skip(err)
	}
	dir := shellFolder(t)
	const mark = "\tthe destination's mark: write() returns false at SIZE buffered or above\n"
	const demo = "\tShow backpressure at work, by built-in examples\n"
	tests := []typed{
		{"bpcopy ", "data.img\ndemo.json\nsub/\ntwo words\n"},
		{"bpcopy de", "demo.json\ndemo" + demo},
		{"bpcopy data.img t", "two words\ntcp://\ntcp-listen://\n"},
		{"bpcopy unix-", "unix-listen://\nunix-listen:// \n"},
		{"bpcopy --high", "--high-water-mark" + mark},
		{"bpcopy --progress p", "picture\nplain\n"},
		{"bpcopy --progress=pl", "--progress=plain\n"},
		{"bpcopy --json=su", "--json=sub/\n"},
		{"bpcopy --expect 'longest", "longest_pause_seconds\nlongest_pause_seconds \n"},
		{`bpcopy --expect "longest`, "longest_pause_seconds\nlongest_pause_seconds \n"},
		{"bpcopy --expect 'pauses > 1' --hi", "--high-water-mark" + mark},
		{"bpcopy proxy --up 'stall for 1s; re", "stall for 1s; repeat\nstall for 1s; repeat \n"},
	}
	for _, tt := range tests {
		cmd := exec.Command(path, "--no-config", "-c", "bpcopy completion fish | source; complete -C $argv[1]", tt.line)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != tt.want {
			t.Errorf("for %q fish offers %q, %v; want %q", tt.line, out, err, tt.want)
		}
	}
}
