// Offers devices of the node to pods as smarter-devices/NAME, in place of smarter-device-manager.
//
// Like the original, it reads config/conf.yaml below its working folder. Each entry has a regular expression for names
// in its own /dev, and the number of pods that may use the device at a time.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"regexp"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
	"sigs.k8s.io/yaml"
)

type rule struct {
	DeviceMatch   string `json:"devicematch"`
	NumMaxDevices int    `json:"nummaxdevices"`
}

type plugin struct {
	api.UnimplementedDevicePluginServer
	path string
	most int
}

func (plugin) GetDevicePluginOptions(context.Context, *api.Empty) (*api.DevicePluginOptions, error) {
	return &api.DevicePluginOptions{}, nil
}

func (p plugin) ListAndWatch(_ *api.Empty, stream api.DevicePlugin_ListAndWatchServer) error {
	var all []*api.Device
	for i := range p.most {
		all = append(all, &api.Device{ID: fmt.Sprint(i), Health: api.Healthy})
	}
	if err := stream.Send(&api.ListAndWatchResponse{Devices: all}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func (p plugin) Allocate(_ context.Context, request *api.AllocateRequest) (*api.AllocateResponse, error) {
	response := &api.AllocateResponse{}
	for range request.ContainerRequests {
		response.ContainerResponses = append(response.ContainerResponses, &api.ContainerAllocateResponse{
			Devices: []*api.DeviceSpec{{HostPath: p.path, ContainerPath: p.path, Permissions: "rwm"}},
		})
	}
	return response, nil
}

// serve offers one device until the kubelet is gone.
func (p plugin) serve() error {
	name := filepath.Base(p.path)
	socket := "smarter-" + name + ".sock"
	path := api.DevicePluginPath + socket
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	api.RegisterDevicePluginServer(server, p)
	go server.Serve(listener)
	connection, err := grpc.NewClient("unix://"+api.KubeletSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	request := &api.RegisterRequest{Version: api.Version, Endpoint: socket, ResourceName: "smarter-devices/" + name}
	if _, err := api.NewRegistrationClient(connection).Register(context.Background(), request); err != nil {
		return err
	}
	select {}
}

func main() {
	text, err := os.ReadFile("config/conf.yaml")
	if err != nil {
		log.Fatal(err)
	}
	var rules []rule
	if err := yaml.UnmarshalStrict(text, &rules); err != nil {
		log.Fatal(err)
	}
	devices, err := os.ReadDir("/dev")
	if err != nil {
		log.Fatal(err)
	}
	failed := make(chan error)
	for _, rule := range rules {
		match := regexp.MustCompile(rule.DeviceMatch)
		for _, device := range devices {
			if match.MatchString(device.Name()) {
				go func() { failed <- plugin{path: "/dev/" + device.Name(), most: rule.NumMaxDevices}.serve() }()
			}
		}
	}
	log.Fatal(<-failed)
}
