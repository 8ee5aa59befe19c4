package faults

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// meet prepares a peer.
func (r *rig) meet(p peer) error {
	switch p {
	case tcpServer:
		return r.listen("tcp", "127.0.0.1:0")
	case unixServer:
		return r.listen("unix", filepath.Join(r.dir, "socket"))
	case tcpClient:
		n := addresses.Add(1)
		at := fmt.Sprintf("127.77.%d.%d:7007", n>>8&0xff, n&0xff)
		r.address = "tcp-listen://" + at
		r.dial("tcp", at)
	case unixClient:
		r.dial("unix", filepath.Join(r.dir, "socket"))
	case fifoWriter:
		r.writeFIFO(filepath.Join(r.dir, "src"))
	case fifoReader:
		return r.readFIFO(filepath.Join(r.dir, "dst"))
	}
	return nil
}

func (r *rig) listen(network, address string) error {
	listener, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	r.address = "tcp://" + listener.Addr().String()
	// Connections come in turn: what bpcopy sends comes before this.
	r.release = append(r.release, func() {
		if conn, err := net.Dial(network, listener.Addr().String()); err == nil {
			io.WriteString(conn, goodbye)
			conn.Close()
		}
	})
	r.receive(peerName, func() []byte {
		defer listener.Close()
		return serve(listener)
	})
	return nil
}

const goodbye = "that is all"

// serve returns what is sent until goodbye, over one connection or several: Go's
// dialer makes another one where it cannot tell where the first one comes from.
func serve(listener net.Listener) []byte {
	var all []byte
	for {
		conn, err := listener.Accept()
		if err != nil {
			return all
		}
		got := readAll(conn)
		if string(got) == goodbye {
			return all
		}
		all = append(all, got...)
	}
}

// dial connects to bpcopy as soon as it listens.
func (r *rig) dial(network, address string) {
	r.busy.Go(func() {
		for {
			conn, err := net.Dial(network, address)
			if err == nil {
				r.send(conn)
				return
			}
			select {
			case <-r.over:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
}

// writeFIFO opens a FIFO when bpcopy does.
func (r *rig) writeFIFO(path string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if fifo, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			r.send(fifo)
		}
	}()
	r.release = append(r.release, func() {
		if reader, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0); err == nil {
			<-done
			reader.Close()
		}
	})
}

// readFIFO holds a FIFO open for writing until bpcopy has ended, so that nobody
// waits for anybody.
func (r *rig) readFIFO(path string) error {
	hold, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	reader, err := os.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	r.release = append(r.release, func() { hold.Close() })
	r.receive(peerName, func() []byte { return readAll(reader) })
	return nil
}
