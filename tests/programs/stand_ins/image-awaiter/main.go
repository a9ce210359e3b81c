// Ends when a DaemonSet has a ready pod on each of its nodes, in place of quay.io/jupyterhub/k8s-image-awaiter.
//
// It has the flags and the requests of the original: one GET of the DaemonSet about every second.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

type daemonSet struct {
	Status struct {
		DesiredNumberScheduled, CurrentNumberScheduled, NumberReady int
	}
}

func main() {
	ca := flag.String("ca-path", "", "file of the authority that the API server's certificate is signed by")
	token := flag.String("auth-token-path", "", "file of the ServiceAccount's token")
	server := flag.String("api-server-address", "", "URL of the API server")
	namespace := flag.String("namespace", "", "namespace of the DaemonSet")
	name := flag.String("daemonset", "", "name of the DaemonSet")
	patience := flag.Int("pod-scheduling-wait-duration", 10, "seconds for each node's pod to be scheduled; -1: for ever")
	flag.Parse()
	authority, err := os.ReadFile(*ca)
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	url := fmt.Sprintf("%s/apis/apps/v1/namespaces/%s/daemonsets/%s", *server, *namespace, *name)
	begun := time.Now()
	for ; ; time.Sleep(time.Second) {
		set, err := get(client, url, *token)
		if err != nil {
			log.Print(err)
			continue
		}
		wanted := set.Status.DesiredNumberScheduled
		if *patience >= 0 && time.Since(begun) > time.Duration(*patience)*time.Second {
			wanted = set.Status.CurrentNumberScheduled
		}
		log.Printf("%d of %d", set.Status.NumberReady, wanted)
		if wanted > 0 && set.Status.NumberReady >= wanted {
			return
		}
	}
}

func get(client *http.Client, url, tokenFile string) (*daemonSet, error) {
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	set := new(daemonSet)
	return set, json.NewDecoder(response.Body).Decode(set)
}
