// Uploads with minio-go: all jobs in the first argument, a line of JSON out for each, as tests/clients/job.rs says.
package main

import (
	"context"
	"encoding/json"
	"net/url"
	"os"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

type job struct {
	Key  string `json:"key"`
	How  string `json:"how"`
	File string `json:"file"`
}

type given struct {
	Endpoint  string `json:"endpoint"`
	Bucket    string `json:"bucket"`
	Region    string `json:"region"`
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
	Jobs      []job  `json:"jobs"`
}

type said struct {
	Key   string  `json:"key"`
	Error *string `json:"error"`
}

func upload(given given, job job) error {
	endpoint, err := url.Parse(given.Endpoint)
	if err != nil {
		return err
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds:           credentials.NewStaticV4(given.AccessKey, given.SecretKey, ""),
		Secure:          endpoint.Scheme == "https",
		Region:          given.Region,
		TrailingHeaders: job.How == "trailer",
	})
	if err != nil {
		return err
	}
	file, err := os.Open(job.File)
	if err != nil {
		return err
	}
	defer file.Close()
	size := int64(-1)
	options := minio.PutObjectOptions{PartSize: 5 << 20}
	if job.How != "unknown" {
		facts, err := file.Stat()
		if err != nil {
			return err
		}
		size = facts.Size()
	}
	_, err = client.PutObject(context.Background(), given.Bucket, job.Key, file, size, options)
	return err
}

func main() {
	minio.MaxRetry = 1
	var given given
	if err := json.Unmarshal([]byte(os.Args[1]), &given); err != nil {
		panic(err)
	}
	for _, job := range given.Jobs {
		said := said{Key: job.Key}
		if err := upload(given, job); err != nil {
			text := err.Error()
			said.Error = &text
		}
		if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
			panic(err)
		}
	}
}
