// Uploads with minio-go: all batches in the first argument, a line of JSON out for each, as tests/clients/job.rs says.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
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

type batch struct {
	Endpoint  string `json:"endpoint"`
	Bucket    string `json:"bucket"`
	Attempts  int    `json:"attempts"`
	Region    string `json:"region"`
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
	Jobs      []job  `json:"jobs"`
}

type said struct {
	Bucket string  `json:"bucket"`
	Key    string  `json:"key"`
	Error  *string `json:"error"`
}

func upload(given batch, job job) error {
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
	if job.How == "gzip" {
		options.ContentEncoding = "gzip"
	}
	var body io.Reader = file
	if job.How == "unknown" {
		// It cannot be sought.
		body = io.MultiReader(file)
	} else {
		facts, err := file.Stat()
		if err != nil {
			return err
		}
		size = facts.Size()
	}
	if _, err = client.PutObject(context.Background(), given.Bucket, job.Key, body, size, options); err != nil {
		return err
	}
	return compare(client, given.Bucket, job)
}

func compare(client *minio.Client, bucket string, job job) error {
	sent, err := os.ReadFile(job.File)
	if err != nil {
		return err
	}
	object, err := client.GetObject(context.Background(), bucket, job.Key, minio.GetObjectOptions{})
	if err != nil {
		return err
	}
	defer object.Close()
	read, err := io.ReadAll(object)
	if err == nil && !bytes.Equal(read, sent) {
		err = errors.New("it reads other bytes")
	}
	return err
}

func main() {
	var batches []batch
	if err := json.Unmarshal([]byte(os.Args[1]), &batches); err != nil {
		panic(err)
	}
	for _, batch := range batches {
		minio.MaxRetry = batch.Attempts
		for _, job := range batch.Jobs {
			said := said{Bucket: batch.Bucket, Key: job.Key}
			if err := upload(batch, job); err != nil {
				text := err.Error()
				said.Error = &text
			}
			if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
				panic(err)
			}
		}
	}
}
