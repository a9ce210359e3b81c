// A program for pods that only wait, in place of registry.k8s.io/pause.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	// In a shared PID namespace it is process 1, which must reap zombies.
	dead := make(chan os.Signal, 16)
	signal.Notify(dead, syscall.SIGCHLD)
	for {
		select {
		case <-stop:
			return
		case <-dead:
			for {
				if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
					break
				}
			}
		}
	}
}
